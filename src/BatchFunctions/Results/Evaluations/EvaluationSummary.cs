namespace BatchFunctions.Results.Evaluations;

/// <summary>An evaluation in a few numbers.</summary>
/// <param name="Label">The column with the truth.</param>
/// <param name="RecordsEvaluated">The number of records with a score and a label.</param>
/// <param name="RecordsWithoutLabel">The number of records with a score and no label.</param>
/// <param name="RecordsWithUnknownLabel">The number of records with a score whose label means nothing.</param>
/// <param name="Measures">The measures.</param>
public sealed record EvaluationSummary(string Label, long RecordsEvaluated, long RecordsWithoutLabel, long RecordsWithUnknownLabel, Measures Measures);
