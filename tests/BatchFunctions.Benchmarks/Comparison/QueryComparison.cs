using System.Diagnostics;
using System.Globalization;
using BatchFunctions.Benchmarks.Contenders;

namespace BatchFunctions.Benchmarks.Comparison;

/// <summary>A question about a job's predictions, asked by <c>batchfn query</c> and by DuckDB alone; both as processes, from their start to their end.</summary>
internal static class QueryComparison
{
    private const string JobId = "bench";

    public static async Task RunAsync(ContenderSetup setup, int rounds, TextWriter output, CancellationToken cancellationToken)
    {
        output.WriteLine();
        output.WriteLine("## Query: how many records each band has");
        output.WriteLine();
        string folder = Path.GetFullPath(setup.Output), pipeline = Path.Combine(folder, "pipeline.yaml");
        await using (await JobSite.MakeAsync(setup, folder, cancellationToken))
        {
        }

        await RunAsync([Batchfn, "run", pipeline, "--data", folder, "--job-id", JobId], cancellationToken);
        string parts = Directory.EnumerateDirectories(Path.Combine(folder, "scored"), "predictions", SearchOption.AllDirectories).Single();
        string[] ours = [Batchfn, "query", QuestionOf("predictions"), "--job", JobId, "--data", folder, "--csv"];
        string[] bare = [typeof(QueryComparison).Assembly.Location, "duckdb", QuestionOf($"read_parquet('{parts}/*.parquet')")];

        List<double> mine = [], theirs = [];
        string told = "", expected = "";
        for (int round = 0; round <= rounds; round++)
        {
            (told, double seconds) = await RunAsync(ours, cancellationToken);
            (expected, double bareSeconds) = await RunAsync(bare, cancellationToken);
            if (round == 0)
                continue;
            mine.Add(seconds);
            theirs.Add(bareSeconds);
        }

        if (told != expected)
            throw new InvalidOperationException($"The answers differ:\n{told}\n{expected}");
        output.WriteLine("| | seconds, median | least | most |");
        output.WriteLine("|---|---|---|---|");
        Write("batchfn query --job", mine);
        Write("DuckDB alone, the same files", theirs);
        output.WriteLine();
        output.WriteLine(told);

        void Write(string name, List<double> seconds)
        {
            seconds.Sort();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {seconds[seconds.Count / 2]:0.00} | {seconds[0]:0.00} | {seconds[^1]:0.00} |"));
        }
    }

    /// <summary>Answers a question with nothing but DuckDB.</summary>
    public static int Answer(string question, TextWriter output)
    {
        using var connection = new DuckDB.NET.Data.DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = question;
        using var rows = command.ExecuteReader();
        output.WriteLine(string.Join(',', Enumerable.Range(0, rows.FieldCount).Select(rows.GetName)));
        while (rows.Read())
            output.WriteLine(string.Join(',', Enumerable.Range(0, rows.FieldCount).Select(i => Convert.ToString(rows.GetValue(i), CultureInfo.InvariantCulture))));
        return 0;
    }

    private static string QuestionOf(string rows) => $"SELECT band AS bucket, count(*) AS records, avg(score) AS mean FROM {rows} GROUP BY band ORDER BY band";

    private static string Batchfn => Path.Combine(AppContext.BaseDirectory, "batchfn.dll");

    private static async Task<(string Output, double Seconds)> RunAsync(string[] words, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo("dotnet", words) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? (output, Stopwatch.GetElapsedTime(started).TotalSeconds)
            : throw new InvalidOperationException($"'{string.Join(' ', words)}' ended with {process.ExitCode}.");
    }
}
