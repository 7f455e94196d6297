namespace BatchFunctions.Results.Challengers;

/// <summary>How many records got one class from the model and one from the challenger.</summary>
/// <param name="Model">The model's class.</param>
/// <param name="Challenger">The challenger's class.</param>
/// <param name="Records">The number of records.</param>
public sealed record ClassPairCount(string Model, string Challenger, long Records);
