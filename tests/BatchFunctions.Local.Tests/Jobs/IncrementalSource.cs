using System.Text;
using System.Text.Json.Nodes;
using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>A source that gets customers day by day, in one of the forms that a source may have.</summary>
internal sealed class IncrementalSource
{
    public const int RowsADay = 40;

    /// <summary>Files in a folder for each date.</summary>
    public const string Dated = "data/dt={date}/*.csv";

    /// <summary>Files side by side.</summary>
    public const string Plain = "data/*.csv";

    /// <summary>A Delta table.</summary>
    public const string Table = "data/table";

    private readonly JobWorkbench _bench;
    private readonly string[] _customers;
    private int _version;

    private IncrementalSource(JobWorkbench bench, string path, int days)
    {
        (_bench, Path) = (bench, path);
        _customers = Churn.Customers(days * RowsADay).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        bench.Write("customers.csv", string.Join('\n', _customers) + "\n");
        if (path == Table)
            Directory.CreateDirectory(bench.Root + "/data/table/_delta_log");
    }

    public string Path { get; }

    /// <summary>Makes an empty source, and a pipeline for it.</summary>
    /// <param name="bench">Where.</param>
    /// <param name="path">The form.</param>
    /// <param name="days">How many days there are.</param>
    /// <param name="more">More of the pipeline.</param>
    /// <param name="output">The pipeline's <c>output</c>.</param>
    public static IncrementalSource Create(JobWorkbench bench, string path, int days, string more = "", string output = "output: { path: scored, include: [region] }")
    {
        bench.Write("churn.yaml", Churn.Pipeline($"retry: {{ attempts: 1 }}\n{more}", path)
            .Replace("id: user_id }", "id: user_id, since: last_run }", StringComparison.Ordinal)
            .Replace("output: { path: scored, include: [region] }", output, StringComparison.Ordinal));
        return new IncrementalSource(bench, path, days);
    }

    /// <summary>The file of a day.</summary>
    public string FileOf(int day) => _bench.Root + "/" + Path switch
    {
        Dated => $"data/dt={DateOf(day):yyyy-MM-dd}/customers.csv",
        Plain => $"data/customers-{day}.csv",
        _ => $"data/table/{day}.parquet",
    };

    public static DateOnly DateOf(int day) => new(2026, 2, day);

    /// <summary>The numbers of the customers of a day, from 1.</summary>
    public static IEnumerable<long> IdsOf(int day) => Enumerable.Range(((day - 1) * RowsADay) + 1, RowsADay).Select(i => (long)i);

    /// <summary>Has the customers of a day arrive.</summary>
    public void Arrive(int day)
    {
        string file = FileOf(day);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        if (Path != Table)
        {
            File.WriteAllLines(file, [Churn.Header, .. _customers.Skip(1 + ((day - 1) * RowsADay)).Take(RowsADay)]);
            return;
        }

        DuckDb.Execute($"copy (select * from read_csv('{_bench.Root}/customers.csv') where user_id between {IdsOf(day).First()} and {IdsOf(day).Last()} order by user_id) to '{file}' (format parquet)");
        Commit(Add($"{day}.parquet"));
    }

    /// <summary>Lays the rows of days out anew in one file.</summary>
    public void Compact(params int[] days)
    {
        string files = string.Join(", ", days.Select(d => $"'{FileOf(d)}'"));
        DuckDb.Execute($"copy (select * from read_parquet([{files}]) order by user_id) to '{_bench.Root}/data/table/compact.parquet' (format parquet)");
        Commit([.. days.Select(d => Remove($"{d}.parquet", dataChange: false)), Add("compact.parquet", dataChange: false)]);
    }

    /// <summary>Replaces the rows of a day by those of another, in one version.</summary>
    public void Replace(int day, int by)
    {
        Arrive(by);
        Commit(Remove($"{day}.parquet", dataChange: true), Add($"{by}.parquet"));
    }

    /// <summary>Makes a version of the table.</summary>
    public void Commit(params IEnumerable<string> actions)
    {
        IEnumerable<string> first = _version > 0 ? [] : ["""{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}""", Metadata()];
        File.WriteAllLines($"{_bench.Root}/data/table/_delta_log/{_version++:D20}.json", [.. first, .. actions], new UTF8Encoding(false));
    }

    public string Add(string name, bool dataChange = true) => new JsonObject
    {
        ["add"] = new JsonObject
        {
            ["path"] = name,
            ["partitionValues"] = new JsonObject(),
            ["size"] = new FileInfo($"{_bench.Root}/data/table/{name}").Length,
            ["modificationTime"] = 1770508800000,
            ["dataChange"] = dataChange,
        },
    }.ToJsonString();

    public static string Remove(string name, bool dataChange) =>
        new JsonObject { ["remove"] = new JsonObject { ["path"] = name, ["deletionTimestamp"] = 1770508800000, ["dataChange"] = dataChange } }.ToJsonString();

    public JobRequest Request(int day, string? jobId = null) => JobWorkbench.Request(_bench.Root + "/churn.yaml", jobId ?? $"day-{day}") with { Date = DateOf(day) };

    private static string Metadata()
    {
        (string Name, string Type)[] columns =
        [
            ("user_id", "long"), ("age", "long"), ("income", "double"), ("credit_score", "long"), ("num_purchases", "long"), ("account_age_days", "long"),
            ("avg_transaction", "double"), ("num_returns", "long"), ("is_premium", "boolean"), ("region", "string"), ("category_preference", "string"),
        ];
        var schema = new JsonObject
        {
            ["type"] = "struct",
            ["fields"] = new JsonArray([.. columns.Select(c => (JsonNode)new JsonObject { ["name"] = c.Name, ["type"] = c.Type, ["nullable"] = true, ["metadata"] = new JsonObject() })]),
        };
        return new JsonObject
        {
            ["metaData"] = new JsonObject
            {
                ["id"] = "5b1c3a52-0000-4000-8000-000000000000",
                ["format"] = new JsonObject { ["provider"] = "parquet", ["options"] = new JsonObject() },
                ["schemaString"] = schema.ToJsonString(),
                ["partitionColumns"] = new JsonArray(),
                ["configuration"] = new JsonObject(),
            },
        }.ToJsonString();
    }
}
