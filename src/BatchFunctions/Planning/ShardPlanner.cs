using BatchFunctions.Data;

namespace BatchFunctions.Planning;

/// <summary>
/// Cuts a snapshot into shards of even cost. The result depends on the snapshot and the wanted number of records only, never on
/// the machine or on how many shards run at once, since it decides which rows share a batch and so the outputs' last bits.
/// </summary>
/// <param name="format">The files' format.</param>
/// <param name="targetRows">The number of records that a shard should have.</param>
internal sealed class ShardPlanner(IRecordFormat format, long targetRows)
{
    private const int FilesAtOnce = 8;

    // Compressed text tells its number of records only when it is read; this is what a row of a usual table takes in gzip.
    private const long AssumedBytesPerCompressedRecord = 16;

    /// <summary>Splits every file and packs neighbouring small segments into one shard.</summary>
    /// <param name="files">The snapshot's files, in order.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: there is no record at all.</exception>
    public async Task<IReadOnlyList<Shard>> PlanAsync(IReadOnlyList<SourceFile> files, CancellationToken cancellationToken)
    {
        var segments = new IReadOnlyList<Segment>[files.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, files.Count),
            new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellationToken },
            async (i, token) => segments[i] = files[i].Length == 0 ? [] : await format.SplitAsync(files[i], i, targetRows, token));

        List<Shard> shards = Pack(segments.SelectMany(s => s), files);
        if (shards.Count == 0)
            throw new BatchFunctionsException(ErrorKind.Request, $"The input has no records: {Describe(files)}. Check source.path, or start the job when the data is there.");
        return shards;
    }

    private static string Describe(IReadOnlyList<SourceFile> files) =>
        files.Count == 1 ? $"{files[0]} is empty" : $"all {files.Count} files are empty, {files[0]} among them";

    private List<Shard> Pack(IEnumerable<Segment> segments, IReadOnlyList<SourceFile> files)
    {
        List<Shard> shards = [];
        List<Segment> open = [];
        long rows = 0;
        foreach (Segment segment in segments)
        {
            long cost = segment.Records ?? Math.Max(1, files[segment.File].Length / AssumedBytesPerCompressedRecord);
            if (open.Count > 0 && rows + cost > targetRows)
                Close();
            open.Add(segment);
            rows += cost;
        }

        Close();
        return shards;

        void Close()
        {
            if (open.Count > 0)
                shards.Add(new Shard(shards.Count, [.. open]));
            open.Clear();
            rows = 0;
        }
    }
}
