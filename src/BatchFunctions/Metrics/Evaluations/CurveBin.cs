namespace BatchFunctions.Metrics.Evaluations;

/// <summary>A score, or a range of neighbouring scores, with what became of its records.</summary>
/// <param name="Key">The lower end's key, which has the order of the scores: see <see cref="OutcomeCurve.KeyOf"/>.</param>
/// <param name="Negatives">The number of records that turned out negative.</param>
/// <param name="Positives">The number of records that turned out positive.</param>
internal record struct CurveBin(ulong Key, long Negatives, long Positives)
{
    /// <summary>The lowest score of the range.</summary>
    public readonly double Score => OutcomeCurve.ScoreOf(Key);
}
