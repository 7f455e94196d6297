using System.Text;

namespace BatchFunctions.Data.Text;

/// <summary>The columns of a CSV file, and where its records start.</summary>
/// <param name="Names">The columns' names, each one once.</param>
/// <param name="DataStart">The position of the first byte behind the header in the (decompressed) text.</param>
internal sealed record CsvHeader(IReadOnlyList<string> Names, long DataStart)
{
    private const int ReadBytes = 1 << 16;

    /// <summary>Reads the first record of a file.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: there is none, or it cannot name columns.</exception>
    public static async Task<CsvHeader> ReadAsync(SourceFile file, CsvDialect dialect, int chunkBytes, CancellationToken cancellationToken)
    {
        await using ByteFeed feed = new(Math.Min(chunkBytes, ReadBytes), ahead: false);
        await feed.OpenAsync(file, 0, file.Length, cancellationToken);
        await feed.SkipByteOrderMarkAsync(cancellationToken);
        long start = feed.Offset + feed.Start;
        RecordIndex index = new(RecordFraming.Of(dialect), 1, int.MaxValue);
        await index.FillAsync(feed, cancellationToken);

        if (index.Rows == 0)
            throw Refuse(file, dialect.Header ? "is empty: it has no header" : "is empty", "Check that it was written to its end");
        if (index.Broken.Count > 0)
            throw Refuse(file, $"has a first record that cannot be read: {index.Broken[0].Reason.TrimEnd('.')}", "Check its format and source.csv.separator");
        string[] names = new string[index.Cuts.Length - index.FirstCuts[0]];
        for (int i = 0; i < names.Length; i++)
        {
            int from = index.Cuts[index.FirstCuts[0] + i - 1] + 1;
            int to = i == names.Length - 1 ? index.Ends.Span[0] : index.Cuts[index.FirstCuts[0] + i];
            names[i] = dialect.Header ? NameOf(feed.Bytes.AsSpan(feed.Start)[from..to], i) : $"column_{i}";
        }

        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw Refuse(file, $"names the column '{twice.Key}' more than once in its header", "Give each column a name of its own");
        return new CsvHeader(names, dialect.Header ? start + index.Consumed : start);
    }

    /// <summary>The positions in this file of the columns wanted.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: one of them is not there.</exception>
    public int[] Find(Schema wanted, SourceFile file)
    {
        Dictionary<string, int> positions = new(Names.Count, StringComparer.Ordinal);
        for (int i = 0; i < Names.Count; i++)
            positions.Add(Names[i], i);
        return [.. wanted.Select(field => positions.TryGetValue(field.Name, out int at) ? at : throw Missing(field.Name, file))];
    }

    private static string NameOf(ReadOnlySpan<byte> field, int position)
    {
        string name = Encoding.UTF8.GetString(field);
        if (name.StartsWith('"'))
            name = name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal);

        // As data frames write the name of an index.
        return name.Length == 0 ? $"column_{position}" : name;
    }

    private static BatchFunctionsException Refuse(SourceFile file, string what, string advice) =>
        new(ErrorKind.Request, $"{file} {what}. {advice}.");

    private BatchFunctionsException Missing(string column, SourceFile file)
    {
        const int ListedNames = 20;
        string there = NearestWord.Find(column, Names) is { } near
            ? $"did you mean '{near}'?"
            : $"it has {string.Join(", ", Names.Take(ListedNames))}{(Names.Count > ListedNames ? ", …" : string.Empty)}.";
        return new BatchFunctionsException(
            ErrorKind.Request,
            $"{file} has no column '{column}'; {there} Add the column to the file, or change the name in the pipeline or in the model's manifest.");
    }
}
