using System.Globalization;
using System.Text.Json;
using BatchFunctions.Metrics;
using BatchFunctions.Monitoring;
using BatchFunctions.Results.Challengers;
using BatchFunctions.Results.Evaluations;
using BatchFunctions.Workflow;

namespace BatchFunctions.Results.Reports;

/// <summary>A job in numbers: the content of <c>summary_metrics.json</c>. total = scored + failed, always.</summary>
public sealed record SummaryMetrics
{
    private const int Ranges = 5;

    /// <summary>The job's id.</summary>
    public required string JobId { get; init; }

    /// <summary>The pipeline's name.</summary>
    public required string Pipeline { get; init; }

    /// <summary>How the job ended.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>When the job started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The number of records in the snapshot that the filter lets through.</summary>
    public required long RecordsTotal { get; init; }

    /// <summary>The number of records in the snapshot that <c>source.filter</c> leaves out; null where it leaves out none.</summary>
    public long? RecordsExcluded { get; init; }

    /// <summary>The number of records with a score in the output.</summary>
    public required long RecordsScored { get; init; }

    /// <summary>The number of rejects.</summary>
    public required long RecordsFailed { get; init; }

    /// <summary>The share of records scored, 0 to 1; 1 where there was no record.</summary>
    public required double SuccessRate { get; init; }

    /// <summary>From the job's start to its end, in seconds.</summary>
    public required double ExecutionTimeSec { get; init; }

    /// <summary>Records a second over the whole job; 0 where no time was measured.</summary>
    public required double RowsPerSecond { get; init; }

    /// <summary>The time that scoring took in all workers together, in seconds.</summary>
    public double ScoringTimeSec { get; init; }

    /// <summary>The scores in numbers; null for a model whose output is no single number, or without a scored record.</summary>
    public ScoreSummary? Score { get; init; }

    /// <summary>The scores in five ranges: of equal width over [0, 1] for probabilities, else from the smallest to the largest.</summary>
    public IReadOnlyList<BucketCount> ScoreDistribution { get; init; } = [];

    /// <summary>The number of records by class.</summary>
    public IReadOnlyDictionary<string, long> Classes { get; init; } = new Dictionary<string, long>();

    /// <summary>The number of records by band, in the pipeline's order.</summary>
    public IReadOnlyDictionary<string, long> Bands { get; init; } = new Dictionary<string, long>();

    /// <summary>What the predictions were worth; null where there were no labels.</summary>
    public EvaluationSummary? Evaluation { get; init; }

    /// <summary>The challenger against the model; null without one.</summary>
    public ChallengerSummary? Challenger { get; init; }

    /// <summary>The number of records by the action that the rules gave them, the most frequent first.</summary>
    public IReadOnlyDictionary<string, long> Actions
    {
        get;

        // Files of earlier versions have none.
        init => field = value ?? new Dictionary<string, long>();
    } = new Dictionary<string, long>();

    /// <summary>The rejects by reason and column.</summary>
    public required RejectSummary Rejects { get; init; }

    /// <summary>What was added to the output since the job ended, in order; null where nothing was. All counts include it.</summary>
    public IReadOnlyList<ReprocessRecord>? Reprocesses { get; init; }

    /// <summary>What the policy and the alarms say, for people.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The limits that were not kept.</summary>
    public IReadOnlyList<Alarm> Alarms { get; init => field = value ?? []; } = [];

    /// <summary>The number of records against the last jobs; null where the pipeline does not ask.</summary>
    public VolumeSummary? Volume { get; init; }

    /// <summary>The features and the scores against the baseline; null without one.</summary>
    public DriftSummary? Drift { get; init; }

    /// <summary>Why the job failed, for people; null where it did not.</summary>
    public string? Error { get; init; }

    /// <summary>Puts a job's merged metrics into numbers.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="status">How the job ended.</param>
    /// <param name="metrics">The metrics of all shards.</param>
    /// <param name="duration">From the job's start to its end.</param>
    /// <param name="bands">The bands' names in the pipeline's order, or null.</param>
    /// <param name="warnings">What the policy and the alarms say.</param>
    /// <param name="error">Why the job failed, or null.</param>
    /// <param name="evaluation">What the predictions were worth, or null.</param>
    public static SummaryMetrics Create(
        string jobId,
        string pipeline,
        JobStatus status,
        ShardMetrics metrics,
        TimeSpan duration,
        IEnumerable<string>? bands = null,
        IReadOnlyList<string>? warnings = null,
        string? error = null,
        EvaluationSummary? evaluation = null)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        double seconds = Math.Max(0, duration.TotalSeconds);
        return new SummaryMetrics
        {
            JobId = jobId,
            Pipeline = pipeline,
            Status = status,
            RecordsTotal = metrics.Records,
            RecordsExcluded = metrics.Excluded == 0 ? null : metrics.Excluded,
            RecordsScored = metrics.Scored,
            RecordsFailed = metrics.Failed,
            SuccessRate = Share(metrics.Scored, metrics.Records, 1),
            ExecutionTimeSec = Math.Round(seconds, 3),
            RowsPerSecond = seconds > 0 ? Math.Round(metrics.Records / seconds, 1) : 0,
            ScoringTimeSec = Math.Round(metrics.Spent.TotalSeconds, 3),
            Score = metrics.Scores.Summarize(),
            ScoreDistribution = [.. metrics.Scores.Distribution(Ranges).Select(b => new BucketCount(b.Lower, b.Upper, b.Count, Share(b.Count, metrics.Scores.Count, 0)))],
            Classes = InOrder(metrics.Classes.Counts, OrderOfClasses(metrics.Classes.Counts.Keys)),
            Bands = InOrder(metrics.Bands.Counts, bands ?? []),
            Evaluation = evaluation,
            Actions = InOrder(metrics.Actions.Counts, metrics.Actions.Counts.OrderByDescending(a => a.Value).Select(a => a.Key)),
            Rejects = new RejectSummary(
                metrics.Rejects.ByCode,
                [.. metrics.Rejects.ByColumn().OrderByDescending(r => r.Records).ThenBy(r => r.Code, StringComparer.Ordinal).ThenBy(r => r.Column, StringComparer.Ordinal)]),
            Warnings = warnings ?? [],
            Error = error,
        };
    }

    /// <summary>The file's bytes: indented JSON with snake_case keys in a fixed order.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ReportJson.Files.SummaryMetrics);

    /// <summary>Reads the file's bytes.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Integrity"/>: they are no such file.</exception>
    public static SummaryMetrics FromJson(ReadOnlySpan<byte> utf8) => ReportJson.Read(utf8, ReportJson.Files.SummaryMetrics, "summary_metrics.json");

    private static double Share(long part, long whole, double none) => whole == 0 ? none : (double)part / whole;

    // Classes that are numbers are shown by size: 2 before 10.
    private static IEnumerable<string> OrderOfClasses(IEnumerable<string> names) =>
        names.OrderBy(n => long.TryParse(n, CultureInfo.InvariantCulture, out long number) ? number : long.MaxValue).ThenBy(n => n, StringComparer.Ordinal);

    private static OrderedDictionary<string, long> InOrder(IReadOnlyDictionary<string, long> counts, IEnumerable<string> order)
    {
        var ordered = new OrderedDictionary<string, long>(StringComparer.Ordinal);
        foreach (string name in order.Concat(counts.Keys))
            if (counts.TryGetValue(name, out long count))
                ordered.TryAdd(name, count);
        return ordered;
    }
}
