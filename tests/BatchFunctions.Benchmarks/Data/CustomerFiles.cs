using System.Globalization;
using DuckDB.NET.Data;

namespace BatchFunctions.Benchmarks.Data;

/// <summary>Customers as the models of the benchmark take them, the same for the same seed. DuckDB writes them: neither we nor a rival.</summary>
internal static class CustomerFiles
{
    private const int Seed = 20260208;

    /// <summary>Makes the customers as Parquet (snappy, row groups of 250,000 rows) and as CSV, unless they are there.</summary>
    public static void Make(string folder, int rows)
    {
        var parquet = ParquetFile(folder, rows);
        if (File.Exists(parquet) && File.Exists(CsvFile(folder, rows)) && Halves(folder, rows).All(File.Exists))
            return;
        Directory.CreateDirectory(folder);
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        Run(connection, "SET threads = 1");
        Run(connection, """
            CREATE TABLE customers (user_id BIGINT, age BIGINT, income DOUBLE, credit_score BIGINT, num_purchases BIGINT, account_age_days BIGINT,
                avg_transaction DOUBLE, num_returns BIGINT, is_premium BIGINT, region BIGINT, category_preference BIGINT)
            """);
        using (var appender = connection.CreateAppender("customers"))
        {
            var random = new Random(Seed);
            for (var i = 0; i < rows; i++)
                Append(appender.CreateRow(), i + 1, random);
        }

        Run(connection, $"COPY customers TO '{parquet}' (FORMAT PARQUET, COMPRESSION SNAPPY, ROW_GROUP_SIZE 250000)");
        Run(connection, $"COPY customers TO '{CsvFile(folder, rows)}' (FORMAT CSV, HEADER)");
        var halves = Halves(folder, rows);
        Run(connection, string.Create(CultureInfo.InvariantCulture, $"COPY (SELECT * FROM customers WHERE user_id <= {rows / 2}) TO '{halves[0]}' (FORMAT PARQUET, COMPRESSION SNAPPY, ROW_GROUP_SIZE 250000)"));
        Run(connection, string.Create(CultureInfo.InvariantCulture, $"COPY (SELECT * FROM customers WHERE user_id > {rows / 2}) TO '{halves[1]}' (FORMAT PARQUET, COMPRESSION SNAPPY, ROW_GROUP_SIZE 250000)"));
    }

    public static string ParquetFile(string folder, int rows) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"customers-{rows}.parquet"));

    public static string CsvFile(string folder, int rows) => Path.ChangeExtension(ParquetFile(folder, rows), ".csv");

    public static string[] Halves(string folder, int rows) =>
        [.. Enumerable.Range(1, 2).Select(half => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"customers-{rows}-half-{half}.parquet")))];

    /// <summary>The same file many times over, as files of a folder that take no more room on the disk.</summary>
    public static string[] Repeated(string folder, int rows, int times)
    {
        var many = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"customers-{rows}-times-{times}"));
        Directory.CreateDirectory(many);
        var files = Enumerable.Range(0, times).Select(i => Path.Combine(many, string.Create(CultureInfo.InvariantCulture, $"part-{i:D3}.parquet"))).ToArray();
        foreach (var file in files.Where(file => !File.Exists(file)))
            File.CreateSymbolicLink(file, ParquetFile(folder, rows));
        return files;
    }

    private static void Append(IDuckDBAppenderRow row, long id, Random random)
    {
        var purchases = Poisson(random, 12);
        row.AppendValue(id);
        row.AppendValue((long?)random.Next(18, 80));
        row.AppendValue(Math.Round(Math.Exp(10.8 + (0.55 * Normal(random))), 2));
        row.AppendValue((long?)Math.Clamp(680 + (80 * Normal(random)), 300, 850));
        row.AppendValue((long?)purchases);
        row.AppendValue((long?)random.Next(1, 3650));
        row.AppendValue(Math.Round(-40 * Math.Log((1 - random.NextDouble()) * (1 - random.NextDouble())), 2));
        row.AppendValue((long?)Enumerable.Range(0, purchases).Count(_ => random.NextDouble() < 0.1));
        row.AppendValue((long?)(random.NextDouble() < 0.3 ? 1 : 0));
        row.AppendValue((long?)random.Next(8));
        row.AppendValue((long?)random.Next(12));
        row.EndRow();
    }

    // Box and Muller, "A note on the generation of random normal deviates", 1958.
    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    // Knuth, The Art of Computer Programming, volume 2, 3.4.1.
    private static int Poisson(Random random, double mean)
    {
        var (limit, product, count) = (Math.Exp(-mean), random.NextDouble(), 0);
        while (product > limit)
        {
            product *= random.NextDouble();
            count++;
        }

        return count;
    }

    private static void Run(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
