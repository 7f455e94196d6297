using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Tests.Tables;

/// <summary>
/// A reader of Delta Lake tables that takes the published protocol by the letter and knows nothing of the code under test: JSON is read here, data
/// and checkpoints by DuckDB. Whatever a version of the log may not say makes it fail.
/// </summary>
internal sealed class StrictTable
{
    private static readonly HashSet<string> Actions = ["commitInfo", "protocol", "metaData", "txn", "add", "remove"];
    private static readonly HashSet<string> Primitives = ["boolean", "integer", "long", "float", "double", "date", "timestamp", "string", "decimal(38,18)"];

    private StrictTable()
    {
    }

    public long Version { get; private set; } = -1;

    public Dictionary<string, JsonObject> Files { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, long> Transactions { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Removed { get; } = new(StringComparer.Ordinal);

    public JsonObject Metadata { get; private set; } = [];

    public IReadOnlyList<(string Name, string Type)> Columns { get; private set; } = [];

    public IReadOnlyList<string> PartitionColumns { get; private set; } = [];

    public string Folder { get; private init; } = "";

    /// <summary>Reads a table from its first version on, and holds every checkpoint against what the versions before it say.</summary>
    public static StrictTable Read(string folder, long? upTo = null)
    {
        var table = new StrictTable { Folder = folder };
        string log = Path.Combine(folder, "_delta_log");
        string[] names = [.. Directory.GetFiles(log).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];
        Assert.All(names, n => Assert.True(n is "_last_checkpoint" || n.Length == "00000000000000000000.json".Length || n.EndsWith(".checkpoint.parquet", StringComparison.Ordinal), n));
        foreach (string name in names.Where(n => n.EndsWith(".json", StringComparison.Ordinal)))
        {
            long version = long.Parse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture);
            if (version > upTo)
                break;
            Assert.Equal(table.Version + 1, version);
            table.Apply(version, File.ReadAllLines(Path.Combine(log, name)));
            string checkpoint = Path.Combine(log, name.Replace(".json", ".checkpoint.parquet", StringComparison.Ordinal));
            if (File.Exists(checkpoint))
                table.CompareWith(checkpoint);
        }

        if (File.Exists(Path.Combine(log, "_last_checkpoint")))
        {
            JsonNode last = JsonNode.Parse(File.ReadAllText(Path.Combine(log, "_last_checkpoint")))!;
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{last["version"]!.GetValue<long>():D20}.checkpoint.parquet"), names);
            Assert.True(last["size"]!.GetValue<long>() > 0);
        }

        table.CheckFiles();
        return table;
    }

    /// <summary>The table's rows by a query; the table is called t.</summary>
    public IReadOnlyList<T> Query<T>(string sql, Func<System.Data.Common.DbDataReader, T> row)
    {
        string files = string.Join(" UNION ALL ", Files.Values.Select(SelectOf));
        return DuckDb.Query($"WITH t AS ({files}) {sql}", row);
    }

    public long Rows => Files.Count == 0 ? 0 : Query("SELECT count(*) FROM t", r => r.GetInt64(0))[0];

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private string PathOf(string path) => Path.Combine([Folder, .. Uri.UnescapeDataString(path).Split('/')]);

    // A column that a file lacks is null in all of its rows; a partition column stands in the log only.
    private string SelectOf(JsonObject file)
    {
        string path = PathOf(file["path"]!.GetValue<string>());
        HashSet<string> there = [.. DuckDb.Query($"SELECT name FROM parquet_schema({Quote(path)})", r => r.GetString(0))];
        var columns = Columns.Select(c => PartitionColumns.Contains(c.Name)
            ? $"{(file["partitionValues"]![c.Name] is { } value && value.GetValue<string>().Length > 0 ? Quote(value.GetValue<string>()) : "NULL")}::{SqlOf(c.Type)} AS \"{c.Name}\""
            : there.Contains(c.Name) ? $"\"{c.Name}\"" : $"NULL::{SqlOf(c.Type)} AS \"{c.Name}\"");
        return $"SELECT {string.Join(", ", columns)} FROM read_parquet({Quote(path)}, hive_partitioning = false)";
    }

    private static string SqlOf(string type) => type switch
    {
        "long" => "BIGINT",
        "string" => "VARCHAR",
        "timestamp" => "TIMESTAMPTZ",
        _ => type.ToUpperInvariant(),
    };

    private void Apply(long version, string[] lines)
    {
        HashSet<string> touched = new(StringComparer.Ordinal);
        int protocols = 0, metadata = 0;
        foreach (string line in lines)
        {
            JsonObject entry = JsonNode.Parse(line)!.AsObject();
            (string action, JsonNode? value) = Assert.Single(entry);
            Assert.Contains(action, Actions);
            JsonObject body = value!.AsObject();
            switch (action)
            {
                case "protocol":
                    protocols++;
                    Assert.Equal((1, 2), (body["minReaderVersion"]!.GetValue<int>(), body["minWriterVersion"]!.GetValue<int>()));
                    Assert.Null(body["readerFeatures"]);
                    break;
                case "metaData":
                    metadata++;
                    TakeMetadata(body);
                    break;
                case "txn":
                    string application = body["appId"]!.GetValue<string>();
                    Assert.True(!Transactions.TryGetValue(application, out long earlier) || earlier < body["version"]!.GetValue<long>());
                    Transactions[application] = body["version"]!.GetValue<long>();
                    break;
                case "add":
                    Assert.True(touched.Add(body["path"]!.GetValue<string>()));
                    TakeAdd(body);
                    break;
                case "remove":
                    string path = body["path"]!.GetValue<string>();
                    Assert.True(touched.Add(path));
                    Assert.True(Files.Remove(path), $"{path} is removed, but is not there.");
                    Assert.True(body["deletionTimestamp"]!.GetValue<long>() > 0);
                    Assert.True(body["dataChange"]!.GetValue<bool>());
                    Removed.Add(path);
                    break;
            }
        }

        Assert.True(protocols <= 1 && metadata <= 1);
        if (version == 0)
            Assert.Equal((1, 1), (protocols, metadata));
        Version = version;
    }

    private void TakeMetadata(JsonObject body)
    {
        if (Metadata.Count > 0)
            Assert.Equal(Metadata["id"]!.GetValue<string>(), body["id"]!.GetValue<string>());
        Assert.True(Guid.TryParse(body["id"]!.GetValue<string>(), out _));
        Assert.Equal("parquet", body["format"]!["provider"]!.GetValue<string>());
        Assert.NotNull(body["format"]!["options"]);
        Assert.NotNull(body["configuration"]);
        JsonObject schema = JsonNode.Parse(body["schemaString"]!.GetValue<string>())!.AsObject();
        Assert.Equal("struct", schema["type"]!.GetValue<string>());
        List<(string, string)> columns = [];
        foreach (JsonNode? field in schema["fields"]!.AsArray())
        {
            Assert.Equal(["metadata", "name", "nullable", "type"], field!.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));
            Assert.Contains(field["type"]!.GetValue<string>(), Primitives);
            Assert.True(field["nullable"]!.GetValue<bool>());
            columns.Add((field["name"]!.GetValue<string>(), field["type"]!.GetValue<string>()));
        }

        Assert.Equal(columns.Count, columns.Select(c => c.Item1.ToUpperInvariant()).Distinct().Count());
        Assert.Equal(Columns, columns.Take(Columns.Count));
        (Metadata, Columns) = (body, columns);
        PartitionColumns = [.. body["partitionColumns"]!.AsArray().Select(c => c!.GetValue<string>())];
        Assert.Empty(PartitionColumns.Except(columns.Select(c => c.Item1)));
    }

    private void TakeAdd(JsonObject body)
    {
        string path = body["path"]!.GetValue<string>();
        Assert.True(Uri.TryCreate(path, UriKind.Relative, out _), path);
        Assert.Equal(PartitionColumns.Order(StringComparer.Ordinal), body["partitionValues"]!.AsObject().Select(p => p.Key).Order(StringComparer.Ordinal));
        Assert.True(body["size"]!.GetValue<long>() > 0);
        Assert.True(body["modificationTime"]!.GetValue<long>() > 0);
        Assert.True(body["dataChange"]!.GetValue<bool>());
        Assert.True(Files.TryAdd(path, body), $"{path} is added twice.");
    }

    private void CheckFiles()
    {
        foreach (JsonObject file in Files.Values)
        {
            string path = PathOf(file["path"]!.GetValue<string>());
            Assert.Equal(new FileInfo(path).Length, file["size"]!.GetValue<long>());
            string[] there = [.. DuckDb.Query($"SELECT name FROM (DESCRIBE SELECT * FROM read_parquet({Quote(path)}, hive_partitioning = false)) d(name, type, n, k, df, e)", r => r.GetString(0))];
            Assert.Empty(there.Intersect(PartitionColumns));
            Assert.Empty(there.Except(Columns.Select(c => c.Name)));
            CheckStatistics(path, there, JsonNode.Parse(file["stats"]!.GetValue<string>())!);
        }
    }

    // Bounds may be wide, but no value may be outside of them.
    private static void CheckStatistics(string path, string[] columns, JsonNode statistics)
    {
        List<string> asked = ["count(*)"];
        List<long> expected = [statistics["numRecords"]!.GetValue<long>()];
        foreach (string column in columns)
        {
            asked.Add($"count(*) - count(\"{column}\")");
            expected.Add(statistics["nullCount"]![column]!.GetValue<long>());
            foreach ((string name, string outside) in new[] { ("minValues", "<"), ("maxValues", ">") })
            {
                if (statistics[name]![column] is not { } bound)
                    continue;
                string literal = bound.GetValueKind() == JsonValueKind.String ? Quote(bound.GetValue<string>()) : bound.ToJsonString();
                asked.Add($"count(*) FILTER (\"{column}\" {outside} {literal} AND \"{column}\"::VARCHAR <> 'nan')");
                expected.Add(0);
            }
        }

        string sql = $"SELECT {string.Join(", ", asked)} FROM read_parquet({Quote(path)}, hive_partitioning = false)";
        Assert.Equal(expected, DuckDb.Query(sql, r => Enumerable.Range(0, asked.Count).Select(r.GetInt64).ToArray())[0]);
    }

    private void CompareWith(string checkpoint)
    {
        JsonObject[] rows = [.. DuckDb.Query($"SELECT to_json(t)::VARCHAR FROM read_parquet({Quote(checkpoint)}) t", r => JsonNode.Parse(r.GetString(0))!.AsObject())];
        var actions = rows.Select(row => Assert.Single(row, p => p.Value is not null)).ToLookup(p => p.Key, p => p.Value!.AsObject());
        Assert.Single(actions["protocol"]);
        JsonObject metadata = Assert.Single(actions["metaData"]);
        Assert.Equal(Metadata["schemaString"]!.GetValue<string>(), metadata["schemaString"]!.GetValue<string>());
        Assert.Equal(Metadata["id"]!.GetValue<string>(), metadata["id"]!.GetValue<string>());
        Assert.Equal(PartitionColumns, metadata["partitionColumns"]!.AsArray().Select(c => c!.GetValue<string>()));
        Assert.Equal(Files.Keys.Order(StringComparer.Ordinal), actions["add"].Select(a => a["path"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        foreach (JsonObject add in actions["add"])
        {
            JsonObject file = Files[add["path"]!.GetValue<string>()];
            Assert.Equal(file["size"]!.GetValue<long>(), add["size"]!.GetValue<long>());
            Assert.Equal(file["stats"]!.GetValue<string>(), add["stats"]!.GetValue<string>());
            Assert.True(JsonNode.DeepEquals(file["partitionValues"], add["partitionValues"]));
        }

        Assert.Equal(Transactions.OrderBy(t => t.Key, StringComparer.Ordinal), actions["txn"].Select(t => KeyValuePair.Create(t["appId"]!.GetValue<string>(), t["version"]!.GetValue<long>())).OrderBy(t => t.Key, StringComparer.Ordinal));
        Assert.Equal(Removed.Where(r => !Files.ContainsKey(r)).Order(StringComparer.Ordinal), actions["remove"].Select(r => r["path"]!.GetValue<string>()).Order(StringComparer.Ordinal));
    }
}
