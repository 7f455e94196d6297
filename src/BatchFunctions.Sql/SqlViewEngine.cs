using System.Globalization;
using BatchFunctions.Pipelines;
using BatchFunctions.Views;

namespace BatchFunctions.Sql;

/// <summary>Works out views by DuckDB, in this process, with a limit on its memory.</summary>
/// <param name="options">How much of the machine it may take.</param>
public sealed class SqlViewEngine(SqlOptions options) : IViewEngine
{
    private const string Newest = "newest";
    private const string Numbered = "numbered";
    private const string Result = "view.parquet";

    /// <inheritdoc/>
    public async Task<ViewOutput> WriteAsync(ViewQuery query, Stream target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(target);
        using var spill = new SpillFolder(options.Folder);
        string folder = spill.Path;
        try
        {
            using var copies = new LocalCopies(folder);
            List<IReadOnlyList<string>> paths = [];
            foreach (ViewInput input in query.Inputs)
                paths.Add(await copies.PathsOfAsync(input.Place.Store, input.Files, cancellationToken));

            // A query holds its thread until it ends.
            string result = Path.Combine(folder, Result);
            ViewOutput output = await Task.Run(() => Write(query, paths, folder, result, cancellationToken), cancellationToken);
            await using FileStream file = File.OpenRead(result);
            await file.CopyToAsync(target, cancellationToken);
            return output;
        }
        catch (SqlException failure)
        {
            throw Translate(failure);
        }
    }

    private ViewOutput Write(ViewQuery query, IReadOnlyList<IReadOnlyList<string>> paths, string folder, string result, CancellationToken cancellationToken)
    {
        using var session = new SqlSession(options, folder);
        List<ColumnList> columns = [];
        foreach ((ViewInput input, IReadOnlyList<string> files) in query.Inputs.Zip(paths))
        {
            session.Execute($"CREATE VIEW {SqlText.Name(input.Name)} AS {InputRows.Of(session, input, files, cancellationToken)}", cancellationToken);
            columns.Add(new ColumnList(input.Place.ToString(), session.Describe($"FROM {SqlText.Name(input.Name)}", cancellationToken))
                .RequireDistinct(KeyOf(query.Source), "Rename one of them in the files."));
        }

        session.Confine(paths.SelectMany(p => p), cancellationToken);
        string sql = query.Source.Sql is { } written ? Checked(session, written, cancellationToken) : Compose(session, query, columns, cancellationToken);
        long records = session.Execute(
            string.Create(CultureInfo.InvariantCulture, $"COPY (\n{sql}\n) TO {SqlText.Of(result)} (FORMAT parquet, ROW_GROUP_SIZE {query.RowGroupRows})"), cancellationToken);
        long?[] read = [.. query.Inputs.Select(i => (long?)session.Scalar<long>($"SELECT count(*) FROM {SqlText.Name(i.Name)}", cancellationToken))];
        return new ViewOutput($"DuckDB {session.Version}", sql, records, read);
    }

    private static string KeyOf(SourceDefinition source) => SourceViews.KeyOf(source)!;

    private static string Checked(SqlSession session, string written, CancellationToken cancellationToken)
    {
        const string path = "source.sql";
        QueryGuard.Check(session, written, cancellationToken);
        string sql = written.TrimEnd().TrimEnd(';');
        try
        {
            new ColumnList("the result", session.Describe(sql, cancellationToken)).RequireDistinct(path, "Name one of them otherwise, as in b.id AS other_id.");
        }
        catch (SqlException failure) when (!failure.Failure.IsOutOfRoom)
        {
            int at = Math.Max(0, (failure.Failure.Position ?? SqlSession.DescribeWord.Length) - SqlSession.DescribeWord.Length);
            throw new ViewQueryException(path, at, failure.Message, failure);
        }

        return sql;
    }

    /// <summary>The query of <c>latest_by</c>, <c>join</c> and <c>columns</c>.</summary>
    private static string Compose(SqlSession session, ViewQuery query, List<ColumnList> columns, CancellationToken cancellationToken)
    {
        SourceDefinition source = query.Source;
        ColumnList left = columns[0];
        string number = SqlText.Name(left.Unused("row_number"));
        List<string> with = [$"{Numbered} AS NOT MATERIALIZED (SELECT row_number() OVER () AS {number}, * FROM {SqlText.Name(query.Inputs[0].Name)})"];
        string rows = Numbered;
        if (source.LatestBy is { } latest)
        {
            with.Add($"{Newest} AS ({LatestRows.Numbers(latest, "source.latest_by", Numbered, number, left, query.Types)})");
            rows = $"{Numbered} SEMI JOIN {Newest} USING ({number})";
        }

        IReadOnlyList<SqlColumn> all = left.Columns;
        if (source.Join is { } join)
        {
            ColumnList right = columns[1];
            JoinedRows joined = JoinedRows.Of(join, left, right, query.Types);
            string other = SqlText.Name(query.Inputs[1].Name);
            string otherRows = other;
            List<string> ofOther = [];
            if (join.LatestBy is { } latestOther)
            {
                string otherNumber = SqlText.Name(right.Unused("row_number"));
                ofOther.Add($"other_numbered AS NOT MATERIALIZED (SELECT row_number() OVER () AS {otherNumber}, * FROM {other})");
                ofOther.Add($"other_newest AS ({LatestRows.Numbers(latestOther, "source.join.latest_by", "other_numbered", otherNumber, right, query.Types)})");
                otherRows = $"other_numbered SEMI JOIN other_newest USING ({otherNumber})";
            }

            ofOther.Add($"joined AS (SELECT {Keys(joined.Keys)}{string.Concat(joined.Added.Select(c => $", {SqlText.Name(c.Name)}"))} FROM {otherRows})");
            RequireSingle(session, join, $"WITH {string.Join(",\n", ofOther)}\n{joined.Repeated("joined")}", right, cancellationToken);
            with.AddRange(ofOther);
            with.Add($"keyed AS (SELECT *, {Keys(joined.Keys.Select(k => left.Require(k.Column.Name, "source.join.on", query.Types)))} FROM {rows})");
            rows = $"keyed AS l {(join.Kind == JoinKind.Inner ? "" : "LEFT ")}JOIN joined AS r ON {joined.Condition}";
            all = [.. all, .. joined.Added];
        }

        if (source.Columns is { } wanted)
        {
            var list = new ColumnList(source.Join is null ? left.Of : "what is joined", all);
            all = [.. wanted.Select(c => list.Require(c, "source.columns"))];
        }

        return $"WITH {string.Join(",\n", with)}\nSELECT {Names(all)} FROM {rows} ORDER BY {number}";
    }

    private static void RequireSingle(SqlSession session, JoinDefinition join, string repeated, ColumnList right, CancellationToken cancellationToken)
    {
        if (session.Rows(repeated, static r => (Key: r.GetString(0), Rows: r.GetInt64(1)), cancellationToken) is [var (key, rows)])
        {
            throw new ViewQueryException(
                "source.join.on",
                0,
                FormattableString.Invariant($"{right.Of} has {rows} records of {string.Join(", ", join.On)} = {key}, so that records would be scored several times. Write source.join.latest_by to join the newest of them, or name more columns in source.join.on."));
        }
    }

    private static string Keys(IEnumerable<ViewColumn> keys) => string.Join(", ", keys.Select(k => $"{k.Sql} AS {SqlText.Name(JoinedRows.KeyName(k))}"));

    private static string Names(IEnumerable<SqlColumn> columns) => string.Join(", ", columns.Select(c => SqlText.Name(c.Name)));

    private BatchFunctionsException Translate(SqlException failure) => failure.Failure switch
    {
        { IsOutOfRoom: true } => new BatchFunctionsException(
            ErrorKind.Environment,
            FormattableString.Invariant($"The view does not fit into {options.Memory >> 20} MiB of memory and the room in {options.Folder}. {SqlOptions.MemoryVariable} gives it more, {SqlOptions.FolderVariable} another folder. {failure.Message}"),
            failure),
        { Kind: "IO" } => new BatchFunctionsException(ErrorKind.Environment, failure.Message, failure),
        { Kind: "Internal" or "Fatal" } => new BatchFunctionsException(ErrorKind.Internal, failure.Message, failure),
        _ => new BatchFunctionsException(ErrorKind.Request, $"The source cannot be read as the pipeline asks: {failure.Message}", failure),
    };
}
