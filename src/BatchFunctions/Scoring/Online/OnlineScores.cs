namespace BatchFunctions.Scoring.Online;

/// <summary>The answer to a request for scores.</summary>
/// <param name="Model">The model, as <c>name@version</c>.</param>
/// <param name="ModelSha256">The SHA-256 of its file.</param>
/// <param name="Rows">One entry for each row, in order.</param>
/// <param name="UnusedColumns">Columns of the rows that nothing asks for; empty where there are none.</param>
public sealed record OnlineScores(string Model, string ModelSha256, IReadOnlyList<OnlineRow> Rows, IReadOnlyList<string> UnusedColumns);
