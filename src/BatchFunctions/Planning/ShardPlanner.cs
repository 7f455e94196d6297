using BatchFunctions.Data;

namespace BatchFunctions.Planning;

/// <summary>
/// Cuts a snapshot into shards of even cost. The result depends on the snapshot and the wanted number of records only, never on
/// the machine or on how many shards run at once, since it decides which rows share a batch and so the outputs' last bits.
/// </summary>
/// <param name="formatOf">The format of the file at a position of the snapshot.</param>
/// <param name="targetRows">The number of records that a shard should have.</param>
/// <param name="filter">Tells what need not be read; null where all of it must be.</param>
internal sealed class ShardPlanner(Func<int, IRecordFormat> formatOf, long targetRows, SegmentFilter? filter = null)
{
    private const int FilesAtOnce = 8;

    // Shards are put together from smaller pieces, so that the last one is not a small rest.
    private const int PiecesInShard = 8;

    // Compressed text tells its number of records only when it is read; this is what a row of a usual table takes in gzip.
    private const long AssumedBytesPerCompressedRecord = 16;

    /// <summary>Plans files of one format.</summary>
    /// <param name="format">Their format.</param>
    /// <param name="targetRows">The number of records that a shard should have.</param>
    public ShardPlanner(IRecordFormat format, long targetRows)
        : this(_ => format, targetRows)
    {
    }

    /// <summary>Splits every file into pieces and puts neighbouring pieces together to shards of about the same number of records.</summary>
    /// <param name="files">The snapshot's files, in order.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <param name="mayBeEmpty">Whether files without a record that counts are no error.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: there is no record at all, or none that can pass the filter.</exception>
    public async Task<IReadOnlyList<Shard>> PlanAsync(IReadOnlyList<SourceFile> files, CancellationToken cancellationToken, bool mayBeEmpty = false)
    {
        var pieces = new IReadOnlyList<PlannedSegment>[files.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, files.Count),
            new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellationToken },
            async (i, token) => pieces[i] = files[i].Length == 0 ? [] : await SplitAsync(files[i], i, token));

        List<PlannedSegment> all = [.. pieces.SelectMany(p => p)];

        // What is left out is counted by the shard that it stands beside.
        if (mayBeEmpty && all.Count > 0 && all.TrueForAll(p => p.IsSkipped))
            all[^1] = new PlannedSegment(all[^1].Segment);
        List<Shard> shards = Pack(all, files);
        if (mayBeEmpty)
            return shards;
        if (shards.Count == 0 && pieces.Any(p => p.Count > 0))
            throw new BatchFunctionsException(ErrorKind.Request, $"No record of the input can pass {SourceFilter.Key}, by the names of its folders and the footers of its files. Correct the filter, or start the job when the data is there.");
        if (shards.Count == 0)
            throw new BatchFunctionsException(ErrorKind.Request, $"The input has no records: {Describe(files)}. Check source.path, or start the job when the data is there.");
        return shards;
    }

    private static string Describe(IReadOnlyList<SourceFile> files) =>
        files.Count == 1 ? $"{files[0]} is empty" : $"all {files.Count} files are empty, {files[0]} among them";

    private async Task<IReadOnlyList<PlannedSegment>> SplitAsync(SourceFile file, int index, CancellationToken cancellationToken)
    {
        IRecordFormat format = formatOf(index);
        IReadOnlyList<Segment> segments = await format.SplitAsync(file, index, Math.Max(1, targetRows / PiecesInShard), cancellationToken);
        return filter is null
            ? [.. segments.Select(s => new PlannedSegment(s))]
            : await filter.CutAsync(file, format.Format == FileFormat.Parquet, segments, cancellationToken);
    }

    private List<Shard> Pack(List<PlannedSegment> pieces, IReadOnlyList<SourceFile> files)
    {
        long[] costs = [.. pieces.Select(p => p.IsSkipped ? 0 : CostOf(p.Segment, files))];
        long total = costs.Sum();
        long count = Math.Max(1, (total + targetRows - 1) / targetRows);
        List<Shard> shards = [];
        List<Segment> open = [], skipped = [];
        long before = 0, slot = 0;
        for (int i = 0; i < pieces.Count; i++)
        {
            if (pieces[i].IsSkipped)
            {
                Add(skipped, pieces[i].Segment);
                continue;
            }

            // A piece belongs where its middle falls when the records are dealt out evenly.
            long own = (long)((Int128)((2 * before) + costs[i]) * count / Math.Max(1, 2 * total));
            if (open.Count > 0 && own != slot)
                Close();
            slot = own;
            Add(open, pieces[i].Segment);
            before += costs[i];
        }

        Close();
        return shards;

        void Close()
        {
            if (open.Count > 0)
                shards.Add(new Shard(shards.Count, [.. open], skipped.Count == 0 ? null : [.. skipped]));
            open.Clear();
            skipped.Clear();
        }
    }

    private static void Add(List<Segment> segments, Segment next)
    {
        if (segments.Count > 0 && segments[^1] is var last && last.File == next.File && last.Start + last.Length == next.Start)
            segments[^1] = last with { Length = last.Length + next.Length, Records = last.Records + next.Records };
        else
            segments.Add(next);
    }

    private static long CostOf(Segment segment, IReadOnlyList<SourceFile> files) =>
        segment.Records ?? Math.Max(1, files[segment.File].Length / AssumedBytesPerCompressedRecord);
}
