using BatchFunctions.Data;

namespace BatchFunctions.Verification;

/// <summary>Counts the records of a file.</summary>
internal static class RecordCount
{
    /// <summary>How many records there are; null where compressed text hides it.</summary>
    public static async Task<long?> OfAsync(IRecordFormat format, SourceFile file, CancellationToken cancellationToken)
    {
        if (file.Length == 0)
            return 0;
        long? records = 0;
        foreach (Segment segment in await format.SplitAsync(file, 0, long.MaxValue / 2, cancellationToken))
            records += segment.Records;
        return records;
    }
}
