using System.Diagnostics.Metrics;

namespace BatchFunctions.Telemetry;

/// <summary>The instruments by which a running job is watched, in the meter <c>BatchFunctions</c>.</summary>
public sealed class BatchMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "BatchFunctions";

    /// <summary>The counter of records that were scored or rejected.</summary>
    public const string RecordsProcessedName = "batch.records.processed";

    /// <summary>The counter of rejects.</summary>
    public const string RecordsFailedName = "batch.records.failed";

    private readonly Meter _meter = new(Name);

    /// <summary>Makes the instruments.</summary>
    public BatchMeter()
    {
        RecordsProcessed = _meter.CreateCounter<long>(RecordsProcessedName, "{record}", "Records that were scored or rejected.");
        RecordsFailed = _meter.CreateCounter<long>(RecordsFailedName, "{record}", "Records that became rejects.");
        ShardDuration = _meter.CreateHistogram<double>("batch.shard.duration", "s", "How long a shard took to score and commit.");
    }

    /// <summary>Records that were scored or rejected.</summary>
    public Counter<long> RecordsProcessed { get; }

    /// <summary>Rejects.</summary>
    public Counter<long> RecordsFailed { get; }

    /// <summary>How long a shard took to score and commit, in seconds.</summary>
    public Histogram<double> ShardDuration { get; }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
