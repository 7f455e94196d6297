namespace BatchFunctions.Results.Evaluations;

/// <summary>How well a class was predicted.</summary>
/// <param name="Class">The class's label.</param>
/// <param name="Records">The number of records that turned out to be of it.</param>
/// <param name="Predicted">The number of records that were predicted to be of it.</param>
/// <param name="Precision">The share of right ones among those predicted.</param>
/// <param name="Recall">The share of its records that were predicted.</param>
/// <param name="F1">The harmonic mean of both.</param>
public sealed record ClassMeasures(string Class, long Records, long Predicted, double Precision, double Recall, double F1);
