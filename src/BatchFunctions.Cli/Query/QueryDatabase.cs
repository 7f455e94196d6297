using System.Data.Common;
using System.Text.RegularExpressions;
using BatchFunctions.Sql;
using BatchFunctions.Storage;
using BatchFunctions.Tables;
using DuckDB.NET.Data;

namespace BatchFunctions.Cli.Query;

/// <summary>
/// A database in memory in which tables and jobs are views of their files. Only what a table's log or a job's manifest names is read: nothing that is
/// half written, replaced or left over.
/// </summary>
internal sealed class QueryDatabase : IDisposable
{
    private readonly DuckDBConnection _connection = new("DataSource=:memory:");
    private readonly LocalCopies _copies = new();

    public QueryDatabase()
    {
        _connection.Open();
        Execute("SET TimeZone = 'UTC'");
    }

    /// <summary>Makes those tables known that <paramref name="query"/> names.</summary>
    public async Task AddTablesAsync(TableCatalog catalog, string query, CancellationToken cancellationToken)
    {
        foreach (var name in await catalog.ListAsync(cancellationToken))
        {
            if (Regex.IsMatch(query, $@"\b{name.Schema}""?\s*\.\s*""?{name.Table}\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant))
                await AddTableAsync(name, catalog, cancellationToken);
        }
    }

    /// <summary>Makes the parts of jobs known as the views <c>predictions</c> and <c>rejects</c>; of several jobs, with a column <c>job_id</c>.</summary>
    public async Task AddJobsAsync(IReadOnlyList<(string JobId, StoreLocation RunFolder, RunParts Parts)> jobs, CancellationToken cancellationToken)
    {
        List<string> predictions = [], rejects = [];
        foreach (var (jobId, run, parts) in jobs)
        {
            string job = jobs.Count > 1 ? $"{SqlText.Of(jobId)} AS job_id, " : "";
            if (parts.Predictions.Count > 0)
            {
                var paths = await _copies.PathsOfAsync(run.Store, [.. parts.Predictions.Select(p => run.Key($"predictions/{p}"))], cancellationToken);
                string list = SqlText.ListOf(paths);
                predictions.Add(parts.Predictions[0].EndsWith(".csv", StringComparison.Ordinal)
                    ? $"SELECT {job}* FROM read_csv({list}, union_by_name = true)"
                    : $"SELECT {job}* FROM read_parquet({list}, union_by_name = true, hive_partitioning = false)");
            }

            if (parts.Rejects.Count > 0)
            {
                var paths = await _copies.PathsOfAsync(run.Store, [.. parts.Rejects.Select(p => run.Key($"rejects/{p}"))], cancellationToken);
                rejects.Add($"SELECT {job}* FROM read_json({SqlText.ListOf(paths)}, format = 'newline_delimited', union_by_name = true)");
            }
        }

        DefineView("predictions", predictions);
        DefineView("rejects", rejects);
    }

    /// <summary>Runs a query.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: it is wrong; the message is the database's.</exception>
    public DbDataReader Query(string query) => Run(query, static command => command.ExecuteReader());

    /// <summary>Runs a query and writes its rows to a file.</summary>
    /// <param name="query">The query.</param>
    /// <param name="path">The file.</param>
    /// <param name="format">How it is written: <c>parquet</c>, <c>csv</c> or <c>json</c>.</param>
    /// <returns>The number of rows.</returns>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the query is wrong, or the file cannot be written.</exception>
    public long CopyTo(string query, string path, string format)
    {
        string options = format switch
        {
            "csv" => ", HEADER true",
            "json" => ", ARRAY true",
            _ => "",
        };
        return Run($"COPY ({query.TrimEnd().TrimEnd(';')}) TO {SqlText.Of(path)} (FORMAT {format}{options})", static command => command.ExecuteNonQuery());
    }

    public void Dispose()
    {
        _connection.Dispose();
        _copies.Dispose();
    }

    private async Task AddTableAsync(TableName name, TableCatalog catalog, CancellationToken cancellationToken)
    {
        var state = await catalog.Find(name).ReadAsync(null, cancellationToken);
        var store = catalog.PlaceOf(name).Store;
        var partitions = state.Columns.Where(c => state.PartitionColumns.Contains(c.Name)).ToArray();

        List<string> branches = [TableRows.None(state)];
        foreach (var files in state.Files.GroupBy(f => string.Join('\0', partitions.Select(p => f.Partition.GetValueOrDefault(p.Name) ?? "\u0001")), StringComparer.Ordinal))
        {
            var paths = await _copies.PathsOfAsync(store, [.. files.Select(f => f.Key)], cancellationToken);
            branches.Add(TableRows.Of(state, files.First().Partition, paths));
        }

        Execute($"CREATE SCHEMA IF NOT EXISTS {SqlText.Name(name.Schema)}");
        DefineView($"{SqlText.Name(name.Schema)}.{SqlText.Name(name.Table)}", branches);
    }

    private void DefineView(string name, List<string> branches)
    {
        if (branches.Count > 0)
            Execute($"CREATE VIEW {name} AS {string.Join("\nUNION ALL BY NAME\n", branches)}");
    }

    private T Run<T>(string sql, Func<DuckDBCommand, T> run)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        try
        {
            return run(command);
        }
        catch (DuckDBException exception)
        {
            throw new BatchFunctionsException(ErrorKind.Request, $"The query cannot be answered. {exception.Message.TrimEnd()}", exception);
        }
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
