using BatchFunctions.Data;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Views;

namespace BatchFunctions.Sql;

/// <summary>The records of a source as a query over its files, in the files' order.</summary>
internal static class InputRows
{
    private const string Texts = "VARCHAR";

    /// <summary>Writes the query.</summary>
    /// <param name="session">The database, to ask for the columns of JSON.</param>
    /// <param name="input">The source.</param>
    /// <param name="paths">The paths of its files, in their order; those of empty files are not looked at.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static string Of(SqlSession session, ViewInput input, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        List<string> branches = input.Table is { } table ? [TableRows.None(table)] : [];
        string jsonColumns = input.Format == FileFormat.Jsonl ? JsonColumns(session, [.. paths.Where((_, i) => input.Files[i].Length > 0)], cancellationToken) : "";
        for (int i = 0, next; i < input.Files.Count; i = next)
        {
            next = i + 1;
            if (input.Files[i].Length == 0)
                continue;
            List<string> group = [paths[i]];
            for (; next < input.Files.Count && (input.Files[next].Length == 0 || AreAlike(input, i, next)); next++)
                if (input.Files[next].Length > 0)
                    group.Add(paths[next]);
            branches.Add(Branch(input, i, group, jsonColumns));
        }

        return string.Join("\nUNION ALL BY NAME\n", branches);
    }

    private static bool AreAlike(ViewInput input, int one, int other) =>
        input.Files[one].Partitions.SequenceEqual(input.Files[other].Partitions)
        && IsGzip(input.Files[one]) == IsGzip(input.Files[other])
        && (input.Format != FileFormat.Csv || input.Columns[one].SequenceEqual(input.Columns[other], StringComparer.Ordinal));

    private static string Branch(ViewInput input, int first, IReadOnlyList<string> paths, string jsonColumns)
    {
        SnapshotFile file = input.Files[first];
        if (input.Table is { } table)
            return TableRows.Of(table, file.Partitions.ToDictionary(p => p.Key, p => (string?)p.Value), paths);

        // A column of the file itself counts, as it does where the files are read without a view.
        string constants = string.Concat(file.Partitions.Where(p => !input.Columns[first].Contains(p.Key))
            .Select(p => $", {(p.Value.Length == 0 ? "NULL" : SqlText.Of(p.Value))}::{Texts} AS {SqlText.Name(p.Key)}"));
        string rows = input.Format switch
        {
            FileFormat.Parquet => SqlText.Rows(paths),
            FileFormat.Csv => Csv(paths, input.Csv, input.Columns[first], IsGzip(file)),
            _ => $"SELECT * FROM read_json({SqlText.ListOf(paths)}, format = 'newline_delimited', hive_partitioning = false, compression = '{Compression(IsGzip(file))}', columns = {{{jsonColumns}}})",
        };
        return constants.Length == 0 ? rows : $"SELECT *{constants} FROM ({rows})";
    }

    private static string Csv(IReadOnlyList<string> paths, CsvDefinition csv, IReadOnlyList<string> columns, bool isGzip) =>
        $"SELECT * FROM read_csv({SqlText.ListOf(paths)}, auto_detect = false, hive_partitioning = false, header = {(csv.Header ? "true" : "false")}, delim = {SqlText.Of(csv.Separator == "tab" ? "\t" : csv.Separator)}, "
        + $"quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, compression = '{Compression(isGzip)}', columns = {{{string.Join(", ", columns.Select(c => $"{SqlText.Of(c)}: '{Texts}'"))}}})";

    // All records are looked at, so that none is left that does not fit. Texts stay texts, whatever they look like.
    private static string JsonColumns(SqlSession session, IReadOnlyList<string> paths, CancellationToken cancellationToken) => string.Join(", ", session
        .Describe($"SELECT * FROM read_json({SqlText.ListOf(paths)}, format = 'newline_delimited', hive_partitioning = false, sample_size = -1, union_by_name = true)", cancellationToken)
        .Select(c => $"{SqlText.Of(c.Name)}: '{(c.Type is "BIGINT" or "DOUBLE" or "BOOLEAN" or "UBIGINT" ? c.Type : Texts)}'"));

    private static bool IsGzip(SnapshotFile file) => file.Key.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    private static string Compression(bool isGzip) => isGzip ? "gzip" : "uncompressed";
}
