using BatchFunctions.Metrics;
using BatchFunctions.Metrics.Challengers;
using BatchFunctions.Models;
using BatchFunctions.Results.Evaluations;
using BatchFunctions.Results.Reports;

namespace BatchFunctions.Results.Challengers;

/// <summary>The challenger against the model: <c>challenger</c> in <c>summary_metrics.json</c>.</summary>
public sealed record ChallengerSummary
{
    private const int Ranges = 20;

    /// <summary>The challenger: <c>name@version</c>.</summary>
    public required string Model { get; init; }

    /// <summary>The SHA-256 of its ONNX file.</summary>
    public required string ModelSha256 { get; init; }

    /// <summary>The number of records that both scored.</summary>
    public required long RecordsCompared { get; init; }

    /// <summary>The number of records that only the model scored.</summary>
    public required long RecordsNotScored { get; init; }

    /// <summary>Those records by reason.</summary>
    public IReadOnlyDictionary<string, long> NotScored { get; init; } = new Dictionary<string, long>();

    /// <summary>How the challenger failed on a batch, or null.</summary>
    public string? Error { get; init; }

    /// <summary>The share of records with the same class from both; null where records get none.</summary>
    public double? Agreement { get; init; }

    /// <summary>
    /// Cohen's kappa, (p − e) / (1 − e), p the agreement and e what two independent deciders with the same shares of classes would agree in (Cohen 1960, "A
    /// coefficient of agreement for nominal scales"); null where e is 1.
    /// </summary>
    public double? Kappa { get; init; }

    /// <summary>The records by both decisions: the model's 0 and 1, in each the challenger's 0 and 1. Empty where records get no class.</summary>
    public IReadOnlyList<IReadOnlyList<long>> Decisions { get; init; } = [];

    /// <summary>The challenger's score minus the model's, in numbers.</summary>
    public ScoreSummary? Difference { get; init; }

    /// <summary>The mean size of the difference.</summary>
    public double? MeanAbsoluteDifference { get; init; }

    /// <summary>The largest size of a difference.</summary>
    public double? MaxAbsoluteDifference { get; init; }

    /// <summary>The differences in up to twenty ranges of about equal width.</summary>
    public IReadOnlyList<BucketCount> DifferenceDistribution { get; init; } = [];

    /// <summary>The challenger's scores in numbers.</summary>
    public ScoreSummary? Score { get; init; }

    /// <summary>What the challenger's predictions were worth; null where there were no labels.</summary>
    public EvaluationSummary? Evaluation { get; init; }

    /// <summary>Puts merged metrics into numbers.</summary>
    /// <param name="model">The challenger.</param>
    /// <param name="metrics">The metrics of all shards.</param>
    /// <param name="evaluation">What its predictions were worth, or null.</param>
    internal static ChallengerSummary Of(PinnedModel model, ChallengerMetrics metrics, EvaluationSummary? evaluation)
    {
        IReadOnlyList<long> d = metrics.Decisions;
        double n = d.Sum();
        double? agreement = n > 0 ? (d[0] + d[3]) / n : null;
        double chance = n > 0 ? (((double)(d[0] + d[1]) * (d[0] + d[2])) + ((double)(d[2] + d[3]) * (d[1] + d[3]))) / (n * n) : 1;
        ScoreSummary? distance = metrics.Distances.Summarize();
        return new ChallengerSummary
        {
            Model = $"{model.Name}@{model.Version}",
            ModelSha256 = model.Sha256,
            RecordsCompared = metrics.Own.Scored,
            RecordsNotScored = metrics.Own.Failed,
            NotScored = metrics.Own.Rejects.ByCode,
            Error = metrics.Error,
            Agreement = agreement,
            Kappa = agreement is { } p && chance < 1 ? (p - chance) / (1 - chance) : null,
            Decisions = n > 0 ? [[d[0], d[1]], [d[2], d[3]]] : [],
            Difference = metrics.Differences.Summarize(),
            MeanAbsoluteDifference = distance?.Mean,
            MaxAbsoluteDifference = distance?.Max,
            DifferenceDistribution = [.. metrics.Differences.Distribution(Ranges).Select(b => new BucketCount(b.Lower, b.Upper, b.Count, b.Count / (double)metrics.Differences.Count))],
            Score = metrics.Own.Scores.Summarize(),
            Evaluation = evaluation,
        };
    }
}
