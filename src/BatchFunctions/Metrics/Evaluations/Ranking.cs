using System.Numerics;

namespace BatchFunctions.Metrics.Evaluations;

/// <summary>
/// Records from the highest score to the lowest, and how many of them turned out positive on the way down: ROC, precision–recall and lift
/// curves, and the areas under them.
/// </summary>
internal sealed class Ranking
{
    private readonly CurveBin[] _bins;
    private readonly long _negatives;
    private readonly long _positives;
    private readonly bool _isExact;

    /// <summary>Ranks the records of a curve.</summary>
    public Ranking(OutcomeCurve curve)
    {
        _bins = curve.ToArray();
        Array.Reverse(_bins);
        (_negatives, _positives) = curve.Totals();
        _isExact = curve.Level == 0;
    }

    /// <summary>
    /// The area under the ROC curve: the probability that of a positive and a negative record, the positive one has the higher score, ties
    /// counting half (Hanley and McNeil 1982). Null where all records turned out the same.
    /// </summary>
    public double? Auc
    {
        get
        {
            // Each pair counts two, a tie one.
            UInt128 won = 0;
            long above = 0;
            foreach (CurveBin bin in _bins)
            {
                won += (UInt128)(ulong)bin.Negatives * (2 * (ulong)above + (ulong)bin.Positives);
                above += bin.Positives;
            }

            return OfPairs(won);
        }
    }

    /// <summary>How far <see cref="Auc"/> is from the area over all scores told apart, at most: pairs that share a bin may be no ties.</summary>
    public double? AucMaxError
    {
        get
        {
            UInt128 mixed = 0;
            foreach (CurveBin bin in _bins)
                mixed += (UInt128)(ulong)bin.Negatives * (ulong)bin.Positives;
            return OfPairs(_isExact ? 0 : mixed);
        }
    }

    /// <summary>
    /// The mean of the precisions at each score, weighed by the recall that it adds: the area under the precision–recall curve, as scikit-learn's
    /// <c>average_precision_score</c> has it. Null without a positive record.
    /// </summary>
    public double? AveragePrecision => Precision((found, wrong, bin) => Share(found + bin.Positives, wrong + bin.Negatives));

    /// <summary>How far <see cref="AveragePrecision"/> is from the mean over all scores told apart, at most.</summary>
    public double? AveragePrecisionMaxError => _isExact && _positives > 0 ? 0 : Precision((found, wrong, bin) =>
    {
        // At best all positives of a bin stand above its negatives, at worst below, one after the other.
        double given = Share(found + bin.Positives, wrong + bin.Negatives);
        return Math.Max(Share(found + bin.Positives, wrong) - given, given - Share(found + 1, wrong + bin.Negatives));
    });

    /// <summary>The ROC curve from (0, 0) to (1, 1), thinned to a number of points; empty where all records turned out the same.</summary>
    public IReadOnlyList<RocPoint> Roc(int points)
    {
        if (_negatives == 0 || _positives == 0)
            return [];
        var roc = new List<RocPoint> { new(null, 0, 0) };
        Walk(points - 1, (found, wrong) => (((double)wrong / _negatives) + ((double)found / _positives)) / 2, (score, found, wrong) =>
            roc.Add(new RocPoint(score, (double)wrong / _negatives, (double)found / _positives)));
        return roc;
    }

    /// <summary>The precision–recall curve by ascending recall, thinned to a number of points; empty without a positive record.</summary>
    public IReadOnlyList<PrecisionRecallPoint> PrecisionRecall(int points)
    {
        if (_positives == 0)
            return [];
        var curve = new List<PrecisionRecallPoint>();
        Walk(points, (found, _) => (double)found / _positives, (score, found, wrong) =>
            curve.Add(new PrecisionRecallPoint(score, (double)found / _positives, Share(found, wrong))));
        return curve;
    }

    /// <summary>What the highest tenths of the scores find; empty without a positive record. Records of one score are shared out in proportion.</summary>
    public IReadOnlyList<LiftRow> Lift()
    {
        const int rows = 10;
        if (_positives == 0)
            return [];
        var lift = new List<LiftRow>(rows);
        long total = _negatives + _positives, above = 0, found = 0;
        int at = 0;
        for (int i = 1; i <= rows; i++)
        {
            double share = i / (double)rows, records = total * share;
            while (at < _bins.Length - 1 && above + _bins[at].Negatives + _bins[at].Positives < records)
            {
                above += _bins[at].Negatives + _bins[at].Positives;
                found += _bins[at].Positives;
                at++;
            }

            double part = (records - above) / (_bins[at].Negatives + _bins[at].Positives);
            double positives = found + (_bins[at].Positives * part), gain = positives / _positives;
            lift.Add(new LiftRow(share, _bins[at].Score, positives / records, gain, gain / share));
        }

        return lift;
    }

    private static double Share(long found, long wrong) => (double)found / (found + wrong);

    private double? OfPairs(UInt128 halves) =>
        _negatives == 0 || _positives == 0 ? null : ExactMath.Quotient((BigInteger)halves, 2 * (BigInteger)_negatives * _positives, 0);

    private double? Precision(Func<long, long, CurveBin, double> at)
    {
        if (_positives == 0)
            return null;
        double sum = 0;
        (long found, long wrong) = (0, 0);
        foreach (CurveBin bin in _bins)
        {
            if (bin.Positives > 0)
                sum += bin.Positives * at(found, wrong, bin);
            (found, wrong) = (found + bin.Positives, wrong + bin.Negatives);
        }

        return sum / _positives;
    }

    // Goes down the scores and keeps, where there are too many, the first of each step of the progress, and the last.
    private void Walk(int points, Func<long, long, double> progress, Action<double, long, long> keep)
    {
        bool all = _bins.Length <= points;
        (long found, long wrong, int step) = (0, 0, -1);
        for (int i = 0; i < _bins.Length; i++)
        {
            (found, wrong) = (found + _bins[i].Positives, wrong + _bins[i].Negatives);
            int reached = (int)(progress(found, wrong) * (points - 2));
            if (!all && reached == step && i < _bins.Length - 1)
                continue;
            step = reached;
            keep(_bins[i].Score, found, wrong);
        }
    }
}
