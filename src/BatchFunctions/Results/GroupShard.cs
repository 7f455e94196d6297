namespace BatchFunctions.Results;

/// <summary>A committed shard as its group records it.</summary>
/// <param name="Shard">The shard's number.</param>
/// <param name="Records">The number of records read that the filter lets through.</param>
/// <param name="Predictions">The predictions.</param>
/// <param name="Rejects">The rejects, or null where there are none.</param>
/// <param name="BatchSize">Rows handed to one model run.</param>
/// <param name="Seconds">How long scoring took, in seconds.</param>
/// <param name="Excluded">The number of records that <c>source.filter</c> leaves out.</param>
public sealed record GroupShard(int Shard, long Records, Part Predictions, Part? Rejects, int BatchSize, double Seconds, long Excluded = 0);
