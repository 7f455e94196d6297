using System.Diagnostics.Metrics;

namespace BatchFunctions.Telemetry;

/// <summary>The instruments by which jobs are watched, in the meter <c>BatchFunctions</c>; docs/telemetry.md says what each means.</summary>
public sealed class BatchMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "BatchFunctions";

    /// <summary>The counter of records that were scored or rejected.</summary>
    public const string RecordsProcessedName = "batch.records.processed";

    /// <summary>The counter of rejects.</summary>
    public const string RecordsFailedName = "batch.records.failed";

    /// <summary>The tag with the pipeline's name.</summary>
    public const string PipelineTag = "pipeline";

    /// <summary>The tag with the feature that drift is measured of.</summary>
    public const string FeatureTag = "feature";

    /// <summary>The tag with a job's final status.</summary>
    public const string StatusTag = "status";

    private readonly Meter _meter = new(Name);

    /// <summary>Makes the instruments.</summary>
    public BatchMeter()
    {
        RecordsProcessed = _meter.CreateCounter<long>(RecordsProcessedName, "{record}", "Records that were scored or rejected.");
        RecordsFailed = _meter.CreateCounter<long>(RecordsFailedName, "{record}", "Records that became rejects.");
        ShardDuration = _meter.CreateHistogram<double>("batch.shard.duration", "s", "How long a shard took to score and commit.");
        QueueDepth = _meter.CreateUpDownCounter<long>("batch.queue.depth", "{shard}", "Shards that wait for a free scorer on this machine.");
        SuccessRate = _meter.CreateGauge<double>("batch.success_rate", "1", "The share of a job's records that have a score.");
        RowsPerSecond = _meter.CreateGauge<double>("batch.rows_per_second", "{record}/s", "A job's records by the time from its start to its last shard.");
        Drift = _meter.CreateGauge<double>("batch.drift", "1", "The population stability index of a feature, or of the scores, against the baseline.");
        Jobs = _meter.CreateCounter<long>("batch.jobs", "{job}", "Jobs that ended, by status.");
    }

    /// <summary>Records that were scored or rejected.</summary>
    public Counter<long> RecordsProcessed { get; }

    /// <summary>Rejects.</summary>
    public Counter<long> RecordsFailed { get; }

    /// <summary>How long a shard took to score and commit, in seconds.</summary>
    public Histogram<double> ShardDuration { get; }

    /// <summary>Shards that wait for a free scorer on this machine.</summary>
    public UpDownCounter<long> QueueDepth { get; }

    /// <summary>The share of a job's records that have a score.</summary>
    public Gauge<double> SuccessRate { get; }

    /// <summary>A job's records by the time from its start to its last shard.</summary>
    public Gauge<double> RowsPerSecond { get; }

    /// <summary>The population stability index of a feature, or of the scores, against the baseline.</summary>
    public Gauge<double> Drift { get; }

    /// <summary>Jobs that ended, by status.</summary>
    public Counter<long> Jobs { get; }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
