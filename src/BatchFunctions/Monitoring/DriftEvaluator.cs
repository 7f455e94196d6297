using System.Globalization;
using BatchFunctions.Metrics.Drift;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Monitoring;

/// <summary>Measures what was counted against the baseline, and compares the measures with their limits.</summary>
internal static class DriftEvaluator
{
    /// <summary>How many unseen values are named.</summary>
    public const int UnseenShown = 10;

    private const int UnseenInMessage = 3;

    /// <summary>Measures a job.</summary>
    /// <param name="plan">What it is compared with.</param>
    /// <param name="counts">What was counted.</param>
    /// <param name="alarms">Where alarms go, feature by feature, the scores last.</param>
    public static DriftSummary Evaluate(DriftPlan plan, DriftCounts counts, List<Alarm> alarms) => new()
    {
        Baseline = plan.Source,
        BaselineSha256 = plan.Sha256,
        BaselineRecords = plan.Records,
        Features = [.. plan.Features.Zip(counts.Features, (feature, c) => Evaluate(feature, $"'{feature.Name}'", c, plan.Records, alarms))],
        Score = plan.Score is { } score ? Evaluate(score, "the scores", counts.Score!, plan.Records, alarms) : null,
        WithoutBaseline = plan.WithoutBaseline,
        NotRead = plan.NotRead,
    };

    private static FeatureDrift Evaluate(DriftFeature feature, string name, FeatureCounts counts, long? baselineRecords, List<Alarm> alarms)
    {
        Histogram histogram = feature.Histogram;
        bool isNumeric = histogram.IsNumeric;
        long[] bins = counts.Bins;
        long records = counts.Records, values = records - counts.Missing, unseen = isNumeric ? bins[0] + bins[^1] : bins[^1];
        double known = histogram.Counts.Sum(), baselineValues = known + histogram.Other, baselineTotal = baselineValues + histogram.Missing;

        // A baseline may give shares in place of counts.
        bool isShares = baselineTotal < 1.5;
        double baselineSize = baselineRecords ?? (isShares ? double.PositiveInfinity : baselineTotal);
        double baselineValueSize = isShares ? baselineSize * baselineValues / baselineTotal : baselineValues;
        double missingRate = Share(counts.Missing, records), baselineMissingRate = Share(histogram.Missing, baselineTotal);
        double unseenRate = Share(unseen, values), baselineUnseenRate = Share(histogram.Other, baselineValues);

        double? psi = null, js = null, ks = null, ksError = null;
        double psiChance = 0, jsChance = 0, ksChance = 0;
        if (Binned(histogram, bins) is var (p, q) && p is not null && q is not null)
        {
            double size = (1.0 / values) + (1 / baselineValueSize);
            int inUse = p.Zip(q).Count(b => b.First > 0 || b.Second > 0);
            (psi, psiChance) = (DriftMeasures.Psi(p, q, baselineValueSize, values), ChanceLevel.Psi(inUse, size));
            (js, jsChance) = (DriftMeasures.JensenShannon(p, q), ChanceLevel.JensenShannon(inUse, size));
            if (isNumeric)
            {
                (ks, ksError) = DriftMeasures.KolmogorovSmirnov([0, .. p, 0], Shares.Of([.. bins.Select(b => (double)b)]));
                ksChance = ChanceLevel.KolmogorovSmirnov(size);
            }
        }

        var chance = new DriftChance(
            psiChance,
            ksChance,
            jsChance,
            records == 0 ? 0 : ChanceLevel.Rate(baselineMissingRate, missingRate, baselineSize, records),
            values == 0 ? 0 : ChanceLevel.Rate(baselineUnseenRate, unseenRate, baselineValueSize, values));
        IReadOnlyDictionary<string, long> unseenValues = MostFrequent(counts.Unknown);
        int before = alarms.Count;
        DriftLimits limits = feature.Limits;
        Check(psi, limits.Psi, chance.Psi, "psi", "The population stability index");
        Check(ks, limits.Ks, chance.Ks, "ks", "The Kolmogorov–Smirnov distance");
        Check(js, limits.Js, chance.Js, "js", "The Jensen–Shannon divergence");
        if (records > 0 && Exceeds(Math.Abs(missingRate - baselineMissingRate), limits.MissingRate, chance.MissingRate))
            Raise("missing_rate", missingRate - baselineMissingRate, limits.MissingRate, string.Create(
                CultureInfo.InvariantCulture,
                $"The share of missing values of {name} {(missingRate > baselineMissingRate ? "rose" : "fell")} from {Percent(baselineMissingRate)} to {Percent(missingRate)}; a change of {Percent(limits.MissingRate!.Value)} is allowed."));
        if (values > 0 && Exceeds(unseenRate - baselineUnseenRate, limits.UnseenRate, chance.UnseenRate))
            Raise("unseen_rate", unseenRate - baselineUnseenRate, limits.UnseenRate, string.Create(
                CultureInfo.InvariantCulture,
                $"{Percent(unseenRate)} of the values of {name} are {Unknown()}, {Percent(baselineUnseenRate)} in the baseline; a rise of {Percent(limits.UnseenRate!.Value)} is allowed."));

        return new FeatureDrift
        {
            Feature = feature.Name,
            Kind = isNumeric ? "number" : "category",
            Drifted = alarms.Count > before,
            Records = records,
            Psi = psi,
            Ks = ks,
            KsError = ksError,
            Js = js,
            MissingRate = missingRate,
            BaselineMissingRate = baselineMissingRate,
            UnseenRate = unseenRate,
            BaselineUnseenRate = baselineUnseenRate,
            UnseenValues = unseenValues,
            Chance = chance,
            Edges = histogram.Edges,
            Categories = histogram.Categories,
            Counts = isNumeric ? bins[1..^1] : bins[..^1],
            BaselineCounts = histogram.Counts,
            Below = isNumeric ? bins[0] : 0,
            Above = isNumeric ? bins[^1] : 0,
            Unseen = isNumeric ? 0 : bins[^1],
        };

        void Check(double? value, double? limit, double byChance, string measure, string words)
        {
            if (value is { } measured && Exceeds(measured, limit, byChance))
                Raise(measure, measured, limit, string.Create(CultureInfo.InvariantCulture, $"{words} of {name} is {measured:0.####}; {limit} is allowed."));
        }

        void Raise(string measure, double value, double? limit, string message) =>
            alarms.Add(new Alarm(AlarmKind.Drift, feature.Name, measure, value, limit, message));

        string Unknown() => isNumeric
            ? string.Create(CultureInfo.InvariantCulture, $"outside {histogram.Edges[0]} to {histogram.Edges[^1]}")
            : $"none of the baseline's categories ({string.Join(", ", unseenValues.Keys.Take(UnseenInMessage).Select(v => $"'{v}'"))}{(unseenValues.Count > UnseenInMessage ? ", …" : "")})";
    }

    // Shares by bin of the baseline and of the job. Numbers beyond the edges belong to the first and the last bin, all other values make one more category.
    private static (double[]? Baseline, double[]? Job) Binned(Histogram histogram, long[] bins)
    {
        if (!histogram.IsNumeric)
            return (Shares.Of([.. histogram.Counts, histogram.Other]), Shares.Of([.. bins.Select(b => (double)b)]));
        double[] inside = [.. bins[1..^1].Select(b => (double)b)];
        inside[0] += bins[0];
        inside[^1] += bins[^1];
        return (Shares.Of(histogram.Counts), Shares.Of(inside));
    }

    private static bool Exceeds(double value, double? limit, double byChance) => value > limit && value > byChance;

    private static double Share(double part, double whole) => whole > 0 ? part / whole : 0;

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.##} %");

    private static OrderedDictionary<string, long> MostFrequent(UnknownValues? unknown) => new(
        (unknown?.ToDictionary() ?? new Dictionary<string, long>())
            .OrderByDescending(v => v.Value).ThenBy(v => v.Key, StringComparer.Ordinal).Take(UnseenShown),
        StringComparer.Ordinal);
}
