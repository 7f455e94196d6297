using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Storage;
using BatchFunctions.TestSupport;
using BatchFunctions.Views;

namespace BatchFunctions.Sql.Tests;

/// <summary>Sources in a folder, and views of them.</summary>
internal sealed class ViewPlace : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalObjectStore _store;

    public ViewPlace()
    {
        _store = new LocalObjectStore(_folder.Path);
        Options = new SqlOptions { Folder = PathOf("spill"), Threads = 2 };
    }

    public SqlOptions Options { get; set; }

    public string PathOf(string name) => _folder.Combine(name);

    /// <summary>Writes a text file; gives it as a snapshot has it.</summary>
    public SnapshotFile Write(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), content);
        return Pin(name);
    }

    /// <summary>Has DuckDB write a Parquet file.</summary>
    public SnapshotFile WriteParquet(string name, string select)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        DuckDb.Execute($"COPY ({select}) TO '{PathOf(name)}' (FORMAT parquet)");
        return Pin(name);
    }

    public ViewInput Csv(string name, string columns, params SnapshotFile[] files) => Input(name, FileFormat.Csv, columns.Split(','), files);

    public ViewInput Parquet(string name, params SnapshotFile[] files) => Input(name, FileFormat.Parquet, [], files);

    public ViewInput Json(string name, params SnapshotFile[] files) => Input(name, FileFormat.Jsonl, [], files);

    /// <summary>Makes a view.</summary>
    /// <returns>Its rows, each value as text, null for none; in their order.</returns>
    public async Task<IReadOnlyList<string?[]>> RowsAsync(SourceDefinition source, IReadOnlyDictionary<string, DataType>? types, params ViewInput[] inputs)
    {
        await MakeAsync(source, types, inputs);
        return DuckDb.Query(
            $"SELECT * FROM '{PathOf("view.parquet")}'",
            r => Enumerable.Range(0, r.FieldCount).Select(i => r.IsDBNull(i) ? null : Convert.ToString(r.GetValue(i), CultureInfo.InvariantCulture)).ToArray());
    }

    /// <summary>Makes a view as <c>view.parquet</c>.</summary>
    public async Task<ViewOutput> MakeAsync(SourceDefinition source, IReadOnlyDictionary<string, DataType>? types, params ViewInput[] inputs)
    {
        await using FileStream target = File.Create(PathOf("view.parquet"));
        return await new SqlViewEngine(Options).WriteAsync(
            new ViewQuery { Source = source, Inputs = inputs, Types = types ?? new Dictionary<string, DataType>(), RowGroupRows = 2048 }, target, TestContext.Current.CancellationToken);
    }

    /// <summary>What the engine says is wrong.</summary>
    public async Task<ViewQueryException> RefusalAsync(SourceDefinition source, IReadOnlyDictionary<string, DataType>? types, params ViewInput[] inputs) =>
        await Assert.ThrowsAsync<ViewQueryException>(() => MakeAsync(source, types, inputs));

    public void Dispose() => _folder.Dispose();

    private SnapshotFile Pin(string name)
    {
        ObjectProperties found = _store.FindAsync(name, default).Result!;
        var partitions = name.Split('/').Where(f => f.Contains('=')).Select(f => f.Split('=')).ToDictionary(f => f[0], f => f[1]);
        return new SnapshotFile(name, found.Length, found.ETag, partitions);
    }

    private ViewInput Input(string name, FileFormat format, string[] columns, SnapshotFile[] files) => new()
    {
        Name = name,
        Place = new StoreLocation(_store, name),
        Files = files,
        Format = format,
        Csv = new CsvDefinition(),
        Columns = [.. files.Select(_ => columns)],
    };
}
