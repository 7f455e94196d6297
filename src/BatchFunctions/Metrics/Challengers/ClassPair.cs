namespace BatchFunctions.Metrics.Challengers;

/// <summary>How many records got one class from the model and one from the challenger.</summary>
/// <param name="Model">The position of the model's class among its classes; behind the last for one that is none of them.</param>
/// <param name="Challenger">The position of the challenger's class among its own, in the same way.</param>
/// <param name="Records">The number of records.</param>
public readonly record struct ClassPair(int Model, int Challenger, long Records);
