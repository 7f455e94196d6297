namespace BatchFunctions.Tier;

/// <summary>What a job that was stopped no longer wants of the scoring service: a small file in its work folder, which replicas look for while they have its shards.</summary>
/// <param name="Through">The largest number of the dispatches that are not wanted any more. A later run of the job begins with larger ones.</param>
public sealed record Withdrawal(int Through);
