using System.Text;

namespace BatchFunctions.Tables;

/// <summary>Writes what an analyst runs once to query a table from SQL.</summary>
public static class TableDdl
{
    private const string AccountPlaceholder = "ACCOUNT";

    /// <summary>The statements.</summary>
    /// <param name="dialect">Where they are run.</param>
    /// <param name="name">The table's name.</param>
    /// <param name="address">The address of its folder: <c>azure://container/…</c> becomes the address that the dialect takes.</param>
    /// <param name="account">The storage account of an <c>azure://</c> address, or null for a placeholder.</param>
    /// <param name="state">What the table is like.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: a table on a local disk is to be queried from a cloud.</exception>
    public static string Write(SqlDialect dialect, TableName name, string address, string? account, TableState state)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(state);
        (string container, string path) = Split(address);
        if (container.Length == 0 && dialect != SqlDialect.DuckDb)
            throw new BatchFunctionsException(ErrorKind.Request, $"The table {name} stands on a local disk, in {address}, where no SQL engine of a cloud can read it. Name its folder in the storage account: azure://container/….");
        string lake = container.Length == 0 ? path : $"abfss://{container}@{account ?? AccountPlaceholder}.dfs.core.windows.net/{path}";
        return dialect switch
        {
            SqlDialect.Synapse => Synapse(name, container, path, account ?? AccountPlaceholder, state),
            SqlDialect.DuckDb => Lines("INSTALL delta; LOAD delta;", $"CREATE SCHEMA IF NOT EXISTS {name.Schema};", $"CREATE OR REPLACE VIEW {name} AS SELECT * FROM delta_scan({Quote(lake)});"),
            SqlDialect.Fabric => Lines($"CREATE SCHEMA IF NOT EXISTS {name.Schema};", $"CREATE TABLE IF NOT EXISTS {name} USING DELTA LOCATION {Quote(lake)};"),
            _ => Lines(
                "-- Once, by an administrator: an external location that covers the folder.",
                $"-- CREATE EXTERNAL LOCATION {name.Schema}_{name.Table} URL {Quote(lake)} WITH (STORAGE CREDENTIAL …);",
                $"CREATE SCHEMA IF NOT EXISTS {name.Schema};",
                $"CREATE TABLE IF NOT EXISTS {name} USING DELTA LOCATION {Quote(lake)};"),
        };
    }

    private static string Synapse(TableName name, string container, string path, string account, TableState state)
    {
        var columns = new StringBuilder();
        foreach (TableColumn column in state.Columns)
            columns.Append(columns.Length == 0 ? "    " : ",\n    ").Append('[').Append(column.Name.Replace("]", "]]", StringComparison.Ordinal)).Append("] ").Append(SqlServerType(column.TypeName));
        return Lines(
            $"IF SCHEMA_ID('{name.Schema}') IS NULL EXEC('CREATE SCHEMA [{name.Schema}]');",
            "GO",
            $"CREATE OR ALTER VIEW [{name.Schema}].[{name.Table}] AS",
            "SELECT * FROM OPENROWSET(",
            $"    BULK {Quote($"https://{account}.dfs.core.windows.net/{container}/{path}/")},",
            "    FORMAT = 'DELTA'",
            $") WITH (\n{columns}\n) AS rows;");
    }

    // Text in UTF-8, so that Synapse compares it as the files do.
    private static string SqlServerType(string type) => type switch
    {
        "boolean" => "bit",
        "integer" => "int",
        "byte" or "short" => "smallint",
        "long" => "bigint",
        "float" => "real",
        "double" => "float",
        "date" => "date",
        "timestamp" or "timestamp_ntz" => "datetime2(6)",
        _ when type.StartsWith("decimal(", StringComparison.Ordinal) => type,
        _ => "varchar(8000) COLLATE Latin1_General_100_BIN2_UTF8",
    };

    private static (string Container, string Path) Split(string address)
    {
        const string scheme = "azure://";
        if (!address.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return ("", address);
        string rest = address[scheme.Length..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..].TrimEnd('/'));
    }

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Lines(params string[] lines) => string.Join('\n', lines) + "\n";
}
