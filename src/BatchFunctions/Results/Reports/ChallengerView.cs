using BatchFunctions.Results.Challengers;
using BatchFunctions.Results.Evaluations;
using static BatchFunctions.Results.Reports.ReportText;

namespace BatchFunctions.Results.Reports;

/// <summary>How the reports show a challenger: which lines, with which words.</summary>
internal static class ChallengerView
{
    private const int MostClasses = 50;

    /// <summary>What was compared, and what was not.</summary>
    public static IEnumerable<string> Sentences(ChallengerSummary challenger)
    {
        yield return $"{challenger.Model} scored {Of(challenger.RecordsCompared, "record")} too"
            + (challenger.Agreement is { } agreement ? $" and decides the same for {Percent(agreement)} of them{(challenger.Kappa is { } kappa ? $" (Cohen's kappa {Score(kappa)})" : "")}." : ".");
        if (challenger.RecordsNotScored > 0)
            yield return $"It could not score {Of(challenger.RecordsNotScored, "record")}: {string.Join(", ", challenger.NotScored.Select(r => $"{Reason(r.Key)} {Count(r.Value)}"))}.";
        if (challenger.Error is { } error)
            yield return $"It failed: {error}";
    }

    /// <summary>The differences in numbers.</summary>
    public static IEnumerable<(string Name, string Value)> Differences(ChallengerSummary challenger)
    {
        if (challenger is not { Difference: { } difference, MeanAbsoluteDifference: { } mean, MaxAbsoluteDifference: { } max })
            yield break;
        yield return ("Mean difference", Score(difference.Mean));
        yield return ("Mean size", Score(mean));
        yield return ("Largest size", Score(max));
        yield return ("Smallest", Score(difference.Min));
        yield return ("Largest", Score(difference.Max));
    }

    /// <summary>The classes that both know, as rows: records of each, and how far the probabilities are apart. The 50 most frequent at most.</summary>
    public static IEnumerable<string[]> Classes(ChallengerSummary challenger) => challenger.DifferenceByClass
        .OrderByDescending(c => c.ModelRecords).Take(MostClasses)
        .Select(c => (string[])[c.Class, Count(c.ModelRecords), Count(c.ChallengerRecords), Score(c.Mean), Score(c.MeanAbsolute), Score(c.MaxAbsolute)]);

    /// <summary>The measures of both by name; empty where there were no labels.</summary>
    public static IEnumerable<(string Name, string Model, string Challenger)> Measures(SummaryMetrics summary) =>
        summary is { Evaluation: { } model, Challenger.Evaluation: { } challenger }
            ? from one in MeasureNames.Of(model.Measures)
              join other in MeasureNames.Of(challenger.Measures) on one.Item1 equals other.Item1
              select (one.Item1, one.Item2, other.Item2)
            : [];
}
