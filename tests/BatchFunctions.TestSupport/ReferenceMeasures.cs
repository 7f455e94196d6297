namespace BatchFunctions.TestSupport;

/// <summary>scikit-learn's definitions, written down as plainly as can be.</summary>
public static class ReferenceMeasures
{
    /// <summary><c>roc_auc_score</c>: the share of pairs of a positive and a negative in which the positive has the higher score; ties count half.</summary>
    public static double Auc(IReadOnlyList<bool> positive, IReadOnlyList<double> scores)
    {
        // By mid-ranks (Mann and Whitney): the ranks of the positives add up to the pairs won and P (P + 1) / 2.
        (double Score, bool Positive)[] sorted = [.. scores.Zip(positive).OrderBy(r => r.First)];
        double ranks = 0, positives = positive.Count(p => p), negatives = positive.Count - positives;
        for (int first = 0, end; first < sorted.Length; first = end)
        {
            for (end = first; end < sorted.Length && sorted[end].Score == sorted[first].Score;)
                end++;
            ranks += sorted[first..end].Count(r => r.Positive) * (first + 1 + end) / 2.0;
        }

        return (ranks - (positives * (positives + 1) / 2)) / (positives * negatives);
    }

    /// <summary><c>average_precision_score</c>.</summary>
    public static double AveragePrecision(IReadOnlyList<bool> positive, IReadOnlyList<double> scores)
    {
        double sum = 0, found = 0, seen = 0, positives = positive.Count(p => p);
        foreach (var tied in scores.Zip(positive).GroupBy(r => r.First).OrderByDescending(g => g.Key))
        {
            double more = tied.Count(r => r.Second);
            (found, seen) = (found + more, seen + tied.Count());
            sum += more / positives * (found / seen);
        }

        return sum;
    }

    /// <summary><c>log_loss</c> of two classes, probabilities kept <paramref name="clip"/> from 0 and 1.</summary>
    public static double LogLoss(IReadOnlyList<bool> positive, IReadOnlyList<double> scores, double clip) =>
        scores.Zip(positive).Average(r => -Math.Log(Math.Clamp(r.Second ? r.First : 1 - r.First, clip, 1 - clip)));

    /// <summary><c>brier_score_loss</c>.</summary>
    public static double Brier(IReadOnlyList<bool> positive, IReadOnlyList<double> scores) =>
        scores.Zip(positive).Average(r => Math.Pow(r.First - (r.Second ? 1 : 0), 2));

    /// <summary><c>accuracy_score</c>.</summary>
    public static double Accuracy<T>(IReadOnlyList<T> actual, IReadOnlyList<T> predicted)
        where T : notnull =>
        (double)actual.Zip(predicted).Count(r => r.First.Equals(r.Second)) / actual.Count;

    /// <summary><c>precision_score</c>, <c>recall_score</c> and <c>f1_score</c> of one class; 0 where they are shares of nothing.</summary>
    public static (double Precision, double Recall, double F1) OfClass<T>(IReadOnlyList<T> actual, IReadOnlyList<T> predicted, T positive)
        where T : notnull
    {
        double hits = actual.Zip(predicted).Count(r => r.First.Equals(positive) && r.Second.Equals(positive));
        double turnedOut = actual.Count(a => a.Equals(positive)), called = predicted.Count(p => p.Equals(positive));
        return (called == 0 ? 0 : hits / called, turnedOut == 0 ? 0 : hits / turnedOut, turnedOut + called == 0 ? 0 : 2 * hits / (turnedOut + called));
    }
}
