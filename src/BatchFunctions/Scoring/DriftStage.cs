using BatchFunctions.Data;
using BatchFunctions.Metrics.Drift;
using BatchFunctions.Monitoring;

namespace BatchFunctions.Scoring;

/// <summary>
/// Counts every feature, as it was read, and the scores by the bins of the baseline. All records that could be read count, those that are rejected
/// afterwards too: a value that the model cannot take is drift as well.
/// </summary>
internal sealed class DriftStage
{
    private readonly (int Column, FeatureBins Bins)[] _features;
    private readonly FeatureBins? _score;
    private readonly DriftPlan _plan;
    private readonly IReadOnlyList<string> _forgiven;

    /// <summary>Compiles the plan for batches of <paramref name="columns"/>.</summary>
    /// <param name="plan">What to count; it fits the columns.</param>
    /// <param name="columns">The columns of the batches to come.</param>
    /// <param name="scoreType">The type of the scores.</param>
    /// <param name="forgiven">Columns whose faults say nothing of the record.</param>
    public DriftStage(DriftPlan plan, Schema columns, DataType scoreType, IReadOnlyList<string> forgiven)
    {
        (_plan, _forgiven) = (plan, forgiven);
        _features = [.. plan.Features.Select(f => (columns.IndexOf(f.Name), FeatureBins.Of(f.Histogram, columns.Find(f.Name)!.Type)!))];
        _score = plan.Score is { } score ? FeatureBins.Of(score.Histogram, scoreType) : null;
    }

    /// <summary>Counts of nothing.</summary>
    public DriftCounts CreateCounts() => new(
        [.. _plan.Features.Select(f => FeatureCounts.For(f.Histogram))],
        _plan.Score is { } score ? FeatureCounts.For(score.Histogram) : null);

    /// <summary>Counts the features of a batch as it was read.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="counts">Where they are counted.</param>
    public void Count(RecordBatch batch, DriftCounts counts)
    {
        // A record that could not be read has no values.
        int start = 0;
        foreach (RecordFault fault in batch.Faults)
        {
            if (fault.Column is { } column && _forgiven.Contains(column))
                continue;
            Count(batch, start, fault.Row - start, counts);
            start = Math.Max(start, fault.Row + 1);
        }

        Count(batch, start, batch.RowCount - start, counts);
    }

    /// <summary>Counts the scores of a batch.</summary>
    public void CountScores(Column? scores, DriftCounts counts)
    {
        if (scores is not null && counts.Score is { } score)
            _score!.Count(scores, 0, scores.Length, score);
    }

    private void Count(RecordBatch batch, int start, int length, DriftCounts counts)
    {
        if (length <= 0)
            return;
        for (int i = 0; i < _features.Length; i++)
            _features[i].Bins.Count(batch.Columns[_features[i].Column], start, length, counts.Features[i]);
    }
}
