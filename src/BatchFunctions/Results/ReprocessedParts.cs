namespace BatchFunctions.Results;

/// <summary>What a reprocess added to a job's output.</summary>
/// <param name="Number">Which reprocess it was, from 1: its evidence lies in <c>reprocess/0001</c>.</param>
/// <param name="JobId">The id of the job that did it.</param>
/// <param name="RecordsScored">The number of records that it added.</param>
/// <param name="Predictions">The names of the parts that it added.</param>
public sealed record ReprocessedParts(int Number, string JobId, long RecordsScored, IReadOnlyList<string> Predictions);
