using BatchFunctions.Metrics;
using BatchFunctions.Metrics.Challengers;
using BatchFunctions.Models;
using BatchFunctions.Planning;
using BatchFunctions.Results.Evaluations;
using BatchFunctions.Results.Reports;

namespace BatchFunctions.Results.Challengers;

/// <summary>The challenger against the model: <c>challenger</c> in <c>summary_metrics.json</c>.</summary>
public sealed record ChallengerSummary
{
    private const int Ranges = 20;
    private const int MaxPairs = 10_000;
    private const string NoClass = "(none of the classes)";

    private static readonly string[] Binary = ["0", "1"];

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

    /// <summary>The records by both decisions: the model's 0 and 1, in each the challenger's 0 and 1. Empty where there are not two classes.</summary>
    public IReadOnlyList<IReadOnlyList<long>> Decisions { get; init; } = [];

    /// <summary>The records by the classes of both, where there are several classes; the 10,000 most frequent pairs at most.</summary>
    public IReadOnlyList<ClassPairCount> Classes { get; init; } = [];

    /// <summary>How far the probabilities of each class that both know are apart, where there are several classes.</summary>
    public IReadOnlyList<ClassDifferenceSummary> DifferenceByClass { get; init; } = [];

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
    /// <param name="plan">The challenger.</param>
    /// <param name="metrics">The metrics of all shards.</param>
    /// <param name="evaluation">What its predictions were worth, or null.</param>
    internal static ChallengerSummary Of(ChallengerPlan plan, ChallengerMetrics metrics, EvaluationSummary? evaluation)
    {
        PinnedModel model = plan.Model;
        bool isBinary = plan.ModelClasses.Count == 0;
        ClassPairCount[] pairs = [.. metrics.Pairs.Select(p => new ClassPairCount(
            NameOf(p.Model, isBinary ? Binary : plan.ModelClasses), NameOf(p.Challenger, isBinary ? Binary : plan.Classes), p.Records))];
        (double? agreement, double? kappa) = AgreementOf(pairs);
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
            Kappa = kappa,
            Decisions = isBinary && pairs.Length > 0 ? [[CountOf("0", "0"), CountOf("0", "1")], [CountOf("1", "0"), CountOf("1", "1")]] : [],
            Classes = isBinary ? [] : [.. pairs.OrderByDescending(p => p.Records).Take(MaxPairs)],
            DifferenceByClass = metrics.Own.Scored == 0 ? [] : [.. plan.ModelClasses.Where(plan.Classes.Contains).Zip(metrics.ByClass, (name, c) => new ClassDifferenceSummary(
                name,
                pairs.Where(p => p.Model == name).Sum(p => p.Records),
                pairs.Where(p => p.Challenger == name).Sum(p => p.Records),
                c.MeanOf(metrics.Own.Scored),
                c.MeanSizeOf(metrics.Own.Scored),
                c.Largest))],
            Difference = metrics.Differences.Summarize(),
            MeanAbsoluteDifference = distance?.Mean,
            MaxAbsoluteDifference = distance?.Max,
            DifferenceDistribution = [.. metrics.Differences.Distribution(Ranges).Select(b => new BucketCount(b.Lower, b.Upper, b.Count, b.Count / (double)metrics.Differences.Count))],
            Score = metrics.Own.Scores.Summarize(),
            Evaluation = evaluation,
        };

        long CountOf(string one, string other) => pairs.Where(p => p.Model == one && p.Challenger == other).Sum(p => p.Records);
    }

    private static string NameOf(int position, IReadOnlyList<string> names) => position < names.Count ? names[position] : NoClass;

    private static (double? Agreement, double? Kappa) AgreementOf(ClassPairCount[] pairs)
    {
        double n = pairs.Sum(p => p.Records);
        if (n == 0)
            return (null, null);
        double agreement = pairs.Where(p => p.Model == p.Challenger).Sum(p => p.Records) / n;
        ILookup<string, long> challengers = pairs.ToLookup(p => p.Challenger, p => p.Records);
        double chance = pairs.GroupBy(p => p.Model).Sum(m => m.Sum(p => p.Records) / n * (challengers[m.Key].Sum() / n));
        return (agreement, chance < 1 ? (agreement - chance) / (1 - chance) : null);
    }
}
