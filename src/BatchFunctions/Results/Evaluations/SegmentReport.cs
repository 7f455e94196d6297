namespace BatchFunctions.Results.Evaluations;

/// <summary>What predictions were worth by the values of a column.</summary>
/// <param name="Column">The column.</param>
/// <param name="Values">
/// The values in order, then the records without a value, then those with values that are not told apart since they are too many or too long; only
/// where there are records.
/// </param>
public sealed record SegmentReport(string Column, IReadOnlyList<SegmentMeasures> Values)
{
    /// <summary>What a report has room for: the first values, and whatever has none.</summary>
    internal IEnumerable<SegmentMeasures> Shown(int values) =>
        Values.Where(v => v.Value is not null).Take(values).Concat(Values.Where(v => v.Value is null));
}
