using System.Data.Common;
using System.Globalization;
using DuckDB.NET.Data;

namespace BatchFunctions.Sql;

/// <summary>A database in memory that spills to a folder of its own, and that can be shut off from everything but files that it is told of.</summary>
internal sealed class SqlSession : IDisposable
{
    private readonly DuckDBConnection _connection = new("DataSource=:memory:");

    /// <summary>Opens the database.</summary>
    /// <param name="options">How much of the machine it may take.</param>
    /// <param name="folder">The folder that it spills to.</param>
    public SqlSession(SqlOptions options, string folder)
    {
        Folder = folder;
        _connection.Open();
        Execute("SET TimeZone = 'UTC'", default);
        Execute(string.Create(CultureInfo.InvariantCulture, $"SET memory_limit = '{options.Memory / 1024}KiB'"), default);
        Execute(string.Create(CultureInfo.InvariantCulture, $"SET threads = {options.Threads}"), default);
        Execute($"SET temp_directory = {SqlText.Of(Path.Combine(folder, "spill"))}", default);
        Execute("SET errors_as_json = true", default);
        Version = Scalar<string>("SELECT version()", default);
    }

    /// <summary>The folder that is its own.</summary>
    public string Folder { get; }

    /// <summary>The database's version.</summary>
    public string Version { get; }

    /// <summary>From now on it reaches no file but those of its folder and <paramref name="files"/>, no network, and loads nothing; that cannot be taken back.</summary>
    public void Confine(IEnumerable<string> files, CancellationToken cancellationToken)
    {
        Execute($"SET allowed_directories = {SqlText.ListOf([Folder + Path.DirectorySeparatorChar])}", cancellationToken);
        Execute($"SET allowed_paths = {SqlText.ListOf(files)}", cancellationToken);
        Execute("SET enable_external_access = false", cancellationToken);
        Execute("SET lock_configuration = true", cancellationToken);
    }

    /// <summary>Runs a statement.</summary>
    /// <returns>The number of rows that it wrote.</returns>
    /// <exception cref="SqlException">It failed.</exception>
    public long Execute(string sql, CancellationToken cancellationToken) => Run(sql, static c => c.ExecuteNonQuery(), cancellationToken);

    /// <summary>The one value of a query.</summary>
    /// <exception cref="SqlException">It failed.</exception>
    public T Scalar<T>(string sql, CancellationToken cancellationToken) => Run(sql, static c => (T)c.ExecuteScalar()!, cancellationToken);

    /// <summary>All rows of a query.</summary>
    /// <exception cref="SqlException">It failed.</exception>
    public IReadOnlyList<T> Rows<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken) => Run(
        sql,
        command =>
        {
            List<T> rows = [];
            using DbDataReader reader = command.ExecuteReader();
            while (reader.Read())
                rows.Add(read(reader));
            return rows;
        },
        cancellationToken);

    /// <summary>The columns of a query, and of what type each is.</summary>
    /// <exception cref="SqlException">It is wrong.</exception>
    public IReadOnlyList<SqlColumn> Describe(string query, CancellationToken cancellationToken) =>
        Rows(DescribeWord + query, static r => new SqlColumn(r.GetString(0), r.GetString(1)), cancellationToken);

    /// <summary>What <see cref="Describe"/> puts in front of a query.</summary>
    public const string DescribeWord = "DESCRIBE ";

    public void Dispose() => _connection.Dispose();

    private T Run<T>(string sql, Func<DuckDBCommand, T> run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        using CancellationTokenRegistration stop = cancellationToken.Register(static c => ((DuckDBCommand)c!).Cancel(), command);
        try
        {
            return run(command);
        }
        catch (DuckDBException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (DuckDBException failure)
        {
            throw new SqlException(SqlFailure.Of(failure.Message), failure);
        }
    }
}
