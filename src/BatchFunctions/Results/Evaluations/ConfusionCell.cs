namespace BatchFunctions.Results.Evaluations;

/// <summary>A cell of a confusion matrix.</summary>
/// <param name="Actual">The class that turned out.</param>
/// <param name="Predicted">The class that was predicted.</param>
/// <param name="Records">The number of records.</param>
public sealed record ConfusionCell(string Actual, string Predicted, long Records);
