using System.Text.Json.Serialization;
using BatchFunctions.Metrics.Challengers;
using BatchFunctions.Metrics.Drift;
using BatchFunctions.Metrics.Evaluations;

namespace BatchFunctions.Metrics;

/// <summary>
/// What scoring a shard came to, or several shards merged. Merging gives the same result, to the last bit, in whatever order and grouping
/// it is done, and so does writing it as JSON and reading it again in between.
/// </summary>
[JsonConverter(typeof(ShardMetricsConverter))]
public sealed class ShardMetrics
{
    /// <summary>Makes metrics without records.</summary>
    /// <param name="scale">What range the model's scores have.</param>
    public ShardMetrics(ScoreScale scale)
        : this(new ScoreAccumulator(scale))
    {
    }

    private ShardMetrics(ScoreAccumulator scores) => Scores = scores;

    /// <summary>The number of records: scored and failed.</summary>
    public long Records { get; private set; }

    /// <summary>The number of records of the input that the filter leaves out; not among <see cref="Records"/>.</summary>
    public long Excluded { get; private set; }

    /// <summary>The number of rejects among them.</summary>
    public long Failed => Rejects.Total;

    /// <summary>The number of records with a score.</summary>
    public long Scored => Records - Failed;

    /// <summary>The rejects by reason and column.</summary>
    public RejectCounts Rejects { get; private set; } = new();

    /// <summary>The scores; empty for a model whose output is no single number.</summary>
    public ScoreAccumulator Scores { get; }

    /// <summary>The number of records by class; empty for a model without classes.</summary>
    public NamedCounts Classes { get; } = new();

    /// <summary>The number of records by band; empty for a pipeline without bands.</summary>
    public NamedCounts Bands { get; } = new();

    /// <summary>Predictions against labels; null where there are no labels to compare with.</summary>
    public EvaluationMetrics? Evaluation { get; internal set; }

    /// <summary>The number of records by the action that the rules gave them; empty for a pipeline without rules.</summary>
    public NamedCounts Actions { get; } = new();
    /// <summary>What drift is measured from, or null where no baseline is.</summary>
    internal DriftCounts? Drift { get; set; }

    /// <summary>What a challenger made of the records with a score; null without one.</summary>
    public ChallengerMetrics? Challenger { get; internal set; }

    /// <summary>The time that scoring took, in all workers together.</summary>
    public TimeSpan Spent { get; private set; }

    /// <summary>Counts records that were read, whatever becomes of them.</summary>
    public void AddRecords(long records)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(records);
        Records += records;
    }

    /// <summary>Counts records that the filter leaves out.</summary>
    public void AddExcluded(long records)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(records);
        Excluded += records;
    }

    /// <summary>Adds time spent.</summary>
    public void AddTime(TimeSpan spent) => Spent += spent;

    /// <summary>Adds all that <paramref name="other"/> holds, which stays as it is.</summary>
    /// <exception cref="ArgumentException">Its scores have another scale, it was evaluated otherwise, or its drift was counted against another baseline.</exception>
    public void Merge(ShardMetrics other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Scores.Merge(other.Scores);
        Rejects.Merge(other.Rejects);
        Classes.Merge(other.Classes);
        Bands.Merge(other.Bands);
        if (other.Evaluation is { } evaluation)
            (Evaluation ??= evaluation.CreateEmpty()).Merge(evaluation);
        Actions.Merge(other.Actions);
        if (other.Drift is { } drift)
            (Drift ??= drift.Empty()).Merge(drift);
        if (other.Challenger is { } challenger)
            (Challenger ??= challenger.Empty()).Merge(challenger);
        Records += other.Records;
        Excluded += other.Excluded;
        Spent += other.Spent;
    }

    /// <summary>
    /// Takes what is left after records were read more than once, as by a reprocess: each counts once then, among the scored or among the rejects that
    /// are left.
    /// </summary>
    /// <param name="records">The number of records, each counted once.</param>
    /// <param name="rejects">The rejects that are left.</param>
    internal void Settle(long records, RejectCounts rejects) => (Records, Rejects) = (records, rejects);

    internal ShardMetricsRecord ToRecord() => new()
    {
        Records = Records,
        Excluded = Excluded,
        Failed = Failed,
        Rejects = [.. Rejects.ByColumn()],
        Scores = Scores.ToRecord(),
        Classes = Classes.Counts,
        Bands = Bands.Counts,
        Actions = Actions.Counts.Count == 0 ? null : Actions.Counts,
        Drift = Drift?.ToRecord(),
        Challenger = Challenger?.ToRecord(),
        SpentTicks = Spent.Ticks,
        Evaluation = Evaluation?.ToRecord(),
    };

    /// <exception cref="FormatException">The record is none that was written here.</exception>
    internal static ShardMetrics FromRecord(ShardMetricsRecord record)
    {
        var metrics = new ShardMetrics(ScoreAccumulator.FromRecord(record.Scores))
        {
            Records = record.Records,
            Excluded = record.Excluded,
            Drift = record.Drift is { } drift ? DriftCounts.FromRecord(drift) : null,
            Challenger = record.Challenger is { } challenger ? ChallengerMetrics.FromRecord(challenger) : null,
            Spent = new TimeSpan(record.SpentTicks),
        };
        foreach (RejectCount reject in record.Rejects)
            metrics.Rejects.Add(reject.Code, reject.Column, reject.Records);
        if (metrics.Failed != record.Failed || metrics.Scored < 0)
            throw new FormatException("The rejects by reason do not add up to those in all.");
        foreach ((string name, long count) in record.Classes)
            metrics.Classes.Add(name, count);
        foreach ((string name, long count) in record.Bands)
            metrics.Bands.Add(name, count);
        metrics.Evaluation = record.Evaluation is { } evaluation ? EvaluationMetrics.FromRecord(evaluation) : null;
        if (metrics.Evaluation is { } evaluated && evaluated.Evaluated + evaluated.MissingLabels + evaluated.UnknownLabels != metrics.Scored)
            throw new FormatException("The records with and without a label do not add up to those with a score.");
        foreach ((string name, long count) in record.Actions ?? new Dictionary<string, long>())
            metrics.Actions.Add(name, count);
        return metrics;
    }
}
