namespace BatchFunctions.Results.Challengers;

/// <summary>What model and challenger make of a class, over the records that both scored.</summary>
/// <param name="Class">The class.</param>
/// <param name="ModelRecords">The number of records that got it from the model.</param>
/// <param name="ChallengerRecords">The number of records that got it from the challenger.</param>
/// <param name="Mean">The mean of the challenger's probability of it minus the model's.</param>
/// <param name="MeanAbsolute">The mean size of that difference.</param>
/// <param name="MaxAbsolute">The largest size of it.</param>
public sealed record ClassDifferenceSummary(string Class, long ModelRecords, long ChallengerRecords, double Mean, double MeanAbsolute, double MaxAbsolute);
