using System.CommandLine;
using System.Data.Common;
using System.Text.Encodings.Web;
using System.Text.Json;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Cli.Query;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn query</c>: SQL over tables, and over the output of jobs.</summary>
internal sealed class QueryCommand : CommandDefinition
{
    private const int ShownRows = 100;

    private readonly TableOptions _tables = new();
    private readonly Argument<string> _query = new("SQL")
    {
        Description = "A query in DuckDB's SQL. Tables are called schema.table; with --job there are also 'predictions' and 'rejects'.",
    };

    private readonly Option<string[]> _jobs = new("--job") { Description = "A job whose output is queried; several have a column job_id.", HelpName = "JOB" };
    private readonly Option<string?> _output = new("--output") { Description = "Write all rows to this file: .parquet, .csv or .json.", HelpName = "FILE" };
    private readonly Option<bool> _csv = new("--csv") { Description = "Print all rows as CSV." };

    /// <inheritdoc/>
    protected override Command Describe() => new("query", "Query tables, and the output of jobs, with SQL.") { _query, _jobs, _output, _csv, _tables.Folder };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        string query = scope.Parsed.GetRequiredValue(_query);
        await using var workplace = new Workplace(scope);
        using var database = new QueryDatabase();
        await database.AddTablesAsync(_tables.Open(scope, workplace), query, cancellationToken);
        if (scope.Parsed.GetValue(_jobs) is { Length: > 0 } jobs)
            await database.AddJobsAsync([.. await FindAsync(workplace, jobs, cancellationToken)], cancellationToken);

        if (scope.Parsed.GetValue(_output) is { Length: > 0 } output)
            return Export(scope, database, query, Path.GetFullPath(output, scope.Terminal.CurrentFolder));
        using var rows = database.Query(query);
        if (scope.Json)
            WriteJson(rows, scope.Terminal.Out);
        else if (scope.Parsed.GetValue(_csv))
            WriteCsv(rows, scope.Terminal.Out);
        else
            WriteTable(rows, scope.Terminal);
        return ExitCodes.Succeeded;
    }

    private static async Task<List<(string, Storage.StoreLocation, RunParts)>> FindAsync(Workplace workplace, string[] jobs, CancellationToken cancellationToken)
    {
        List<(string, Storage.StoreLocation, RunParts)> found = [];
        foreach (string jobId in jobs.Distinct(StringComparer.Ordinal))
        {
            var job = await workplace.RequireJobAsync(jobId, cancellationToken);
            if (job.Result?.RunFolder is not { } folder || await workplace.FindBytesAsync($"{folder}/manifest.json", cancellationToken) is not { } manifest)
                throw new BatchFunctionsException(ErrorKind.Request, $"Job {jobId} has published nothing that could be queried: it is {job.Status}.");
            found.Add((jobId, workplace.Locate(folder), RunParts.Parse(manifest)));
        }

        return found;
    }

    private static int Export(CommandScope scope, QueryDatabase database, string query, string path)
    {
        string format = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".parquet" => "parquet",
            ".csv" => "csv",
            ".json" => "json",
            _ => throw new BatchFunctionsException(ErrorKind.Request, $"--output {path} must end in .parquet, .csv or .json, which says how it is written."),
        };
        long rows = database.CopyTo(query, path, format);
        scope.Words.WriteLine($"{Words.Count(rows, "row")} written to {path}.");
        return ExitCodes.Succeeded;
    }

    private static void WriteTable(DbDataReader rows, Terminal terminal)
    {
        var table = new PlainTable([.. Enumerable.Range(0, rows.FieldCount).Select(rows.GetName)]);
        long count = 0;
        for (; rows.Read(); count++)
        {
            if (count < ShownRows)
                table.Add([.. Enumerable.Range(0, rows.FieldCount).Select(i => RowText.Of(rows.GetValue(i)))]);
        }

        table.Write(terminal.Console);
        terminal.Out.WriteLine(count > ShownRows
            ? $"The first {ShownRows} of {Words.Count(count, "row")}. --csv, --json and --output give all of them."
            : $"{Words.Count(count, "row")}.");
    }

    private static void WriteCsv(DbDataReader rows, TextWriter writer)
    {
        writer.WriteLine(string.Join(',', Enumerable.Range(0, rows.FieldCount).Select(i => RowText.Csv(rows.GetName(i)))));
        while (rows.Read())
            writer.WriteLine(string.Join(',', Enumerable.Range(0, rows.FieldCount).Select(i => RowText.Csv(rows.GetValue(i)))));
    }

    private static void WriteJson(DbDataReader rows, TextWriter writer)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            while (rows.Read())
            {
                json.WriteStartObject();
                for (int i = 0; i < rows.FieldCount; i++)
                    Write(json, rows.GetName(i), rows.GetValue(i));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        writer.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    private static void Write(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null or DBNull:
                json.WriteNull(name);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case sbyte or short or int or long:
                json.WriteNumber(name, Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case byte or ushort or uint or ulong:
                json.WriteNumber(name, Convert.ToUInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case float number when float.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumber(name, number);
                break;
            case decimal number:
                json.WriteNumber(name, number);
                break;
            case System.Numerics.BigInteger number:
                json.WritePropertyName(name);
                json.WriteRawValue(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteString(name, RowText.Of(value));
                break;
        }
    }
}
