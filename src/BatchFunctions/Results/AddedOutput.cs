using BatchFunctions.Metrics;
using BatchFunctions.Results.Reports;

namespace BatchFunctions.Results;

/// <summary>What reprocesses added to a job's output after its end.</summary>
/// <param name="Manifest">The manifest that counts now.</param>
/// <param name="Rejects">The rejects that are left, by reason.</param>
/// <param name="Groups">The committed shards of all reprocesses.</param>
/// <param name="Reprocesses">Each of them, in order.</param>
internal sealed record AddedOutput(Manifest Manifest, RejectCounts Rejects, IReadOnlyList<GroupRecord> Groups, IReadOnlyList<ReprocessRecord> Reprocesses);
