using System.Globalization;
using DuckDB.NET.Data;

namespace BatchFunctions.Benchmarks.Data;

/// <summary>
/// The Telco customers over and over, each time with other ids: fifteen columns of words, numbers, and a total that is missing where it is
/// blank in the original. DuckDB writes them: neither we nor a rival.
/// </summary>
internal static class TelcoFiles
{
    /// <summary>Makes the customers as Parquet (snappy, row groups of 250,000 rows) and as CSV, unless they are there.</summary>
    /// <param name="folder">Where they go.</param>
    /// <param name="customers">The original CSV file.</param>
    /// <param name="rows">How many.</param>
    public static void Make(string folder, string customers, int rows)
    {
        if (File.Exists(ParquetFile(folder, rows)) && File.Exists(CsvFile(folder, rows)))
            return;
        Directory.CreateDirectory(folder);
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        Run(connection, "SET threads = 1");
        Run(connection, $"""
            CREATE TABLE original AS SELECT row_number() OVER () - 1 AS number, * REPLACE (SeniorCitizen::BIGINT AS SeniorCitizen, tenure::BIGINT AS tenure,
                MonthlyCharges::DOUBLE AS MonthlyCharges, TRY_CAST(trim(TotalCharges) AS DOUBLE) AS TotalCharges)
            FROM read_csv('{customers}', all_varchar = true)
            """);
        Run(connection, string.Create(CultureInfo.InvariantCulture, $"""
            CREATE TABLE repeated AS SELECT o.* EXCLUDE (number, Churn) REPLACE (o.customerID || '-' || lpad((r.i // n)::VARCHAR, 4, '0') AS customerID)
            FROM range({rows}) r(i), (SELECT count(*) AS n FROM original), original o WHERE o.number = r.i % n ORDER BY r.i
            """));
        Run(connection, $"COPY repeated TO '{ParquetFile(folder, rows)}' (FORMAT PARQUET, COMPRESSION SNAPPY, ROW_GROUP_SIZE 250000)");
        Run(connection, $"COPY repeated TO '{CsvFile(folder, rows)}' (FORMAT CSV, HEADER)");
    }

    public static string ParquetFile(string folder, int rows) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"telco-{rows}.parquet"));

    public static string CsvFile(string folder, int rows) => Path.ChangeExtension(ParquetFile(folder, rows), ".csv");

    private static void Run(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
