using BatchFunctions.Metrics;

namespace BatchFunctions.Results.Reports;

/// <summary>The rejects of a job by reason and by column.</summary>
/// <param name="ByCode">The number of rejects by reason: see <see cref="Data.FaultCodes"/>.</param>
/// <param name="ByColumn">The number of rejects by reason and column, the most frequent first.</param>
public sealed record RejectSummary(IReadOnlyDictionary<string, long> ByCode, IReadOnlyList<RejectCount> ByColumn);
