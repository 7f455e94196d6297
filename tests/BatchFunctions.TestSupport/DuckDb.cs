using System.Data.Common;
using DuckDB.NET.Data;

namespace BatchFunctions.TestSupport;

/// <summary>An independent reader and writer of the files that jobs read and write.</summary>
public static class DuckDb
{
    /// <summary>Runs a statement.</summary>
    public static void Execute(string sql)
    {
        using DuckDBConnection connection = Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The rows that a query gives.</summary>
    public static IReadOnlyList<T> Query<T>(string sql, Func<DbDataReader, T> row)
    {
        ArgumentNullException.ThrowIfNull(row);
        using DuckDBConnection connection = Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using DuckDBDataReader reader = command.ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
            rows.Add(row(reader));
        return rows;
    }

    private static DuckDBConnection Open()
    {
        var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        return connection;
    }
}
