using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;
using BatchFunctions.Expressions.Bounds;
using BatchFunctions.Expressions.Conditions;
using BatchFunctions.Scoring;

namespace BatchFunctions.Planning;

/// <summary>
/// Leaves out of a plan what cannot hold a record that the filter lets through: whole files by the values in their folders, row groups of
/// Parquet files by what their footers tell of them.
/// </summary>
/// <param name="condition">The filter.</param>
/// <param name="partitions">The columns whose values stand in the files' folders.</param>
/// <param name="snapshot">The snapshot's files, in order.</param>
internal sealed class SegmentFilter(Condition condition, IReadOnlyList<Field> partitions, IReadOnlyList<SnapshotFile> snapshot)
{
    /// <summary>Cuts a file's segments into those that must be read and those that need not be.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isParquet">Whether its segments are row groups.</param>
    /// <param name="segments">Its segments.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>All of the file, in order.</returns>
    public async Task<IReadOnlyList<PlannedSegment>> CutAsync(SourceFile file, bool isParquet, IReadOnlyList<Segment> segments, CancellationToken cancellationToken)
    {
        if (segments.Count == 0)
            return [];
        Dictionary<string, ValueBounds> folder = FolderBounds(snapshot[segments[0].File]);
        bool isSkipped = !MayHold(field => folder.GetValueOrDefault(field.Name, ValueBounds.Unknown));
        if (isSkipped || !isParquet)
            return [.. segments.Select(s => new PlannedSegment(s, isSkipped))];

        ParquetFooter footer = await ParquetFormat.ReadFooterAsync(file, ErrorKind.Request, statistics: true, cancellationToken);
        bool[] isWanted = [.. footer.RowGroups.Select(group => MayHold(
            field => folder.TryGetValue(field.Name, out ValueBounds value) ? value : RowGroupBounds.Of(footer, group, field)))];
        return [.. segments.SelectMany(s => Cut(s, footer, isWanted))];
    }

    private static IEnumerable<PlannedSegment> Cut(Segment segment, ParquetFooter footer, bool[] isWanted)
    {
        long end = segment.Start + segment.Length;
        for (long start = segment.Start, next; start < end; start = next)
        {
            bool wanted = isWanted[start];
            long records = 0;
            for (next = start; next < end && isWanted[next] == wanted; next++)
                records += footer.RowGroups[(int)next].Rows;
            yield return new PlannedSegment(new Segment(segment.File, start, next - start, footer.RowGroups[(int)start].FirstRow, records), IsSkipped: !wanted);
        }
    }

    private bool MayHold(Func<Field, ValueBounds> boundsOf) => condition.Accept(new BoundsTest(boundsOf));

    private Dictionary<string, ValueBounds> FolderBounds(SnapshotFile file)
    {
        var columns = new PartitionColumns(partitions);
        columns.Fill(file, rows: 1);
        return columns.Columns.ToDictionary(c => c.Field.Name, BoundsOf, StringComparer.Ordinal);
    }

    private static ValueBounds BoundsOf(Column column) => column.IsNull(0)
        ? ValueBounds.Missing
        : column switch
        {
            Utf8Column text => ValueBounds.Of(text[0].ToArray()),
            Column<int> number => ValueBounds.Of((long)number.Values[0]),
            Column<long> number => ValueBounds.Of(number.Values[0]),
            Column<float> number => ValueBounds.Of((double)number.Values[0]),
            Column<double> number => ValueBounds.Of(number.Values[0]),
            Column<bool> flag => ValueBounds.Of(flag.Values[0]),
            _ => ValueBounds.Unknown,
        };
}
