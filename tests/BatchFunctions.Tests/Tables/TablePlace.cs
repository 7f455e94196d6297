using BatchFunctions.Data;
using BatchFunctions.Pipelines;
using BatchFunctions.Storage;
using BatchFunctions.Tables;
using BatchFunctions.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.Tests.Tables;

/// <summary>A table in a folder of its own, and Parquet files to publish to it.</summary>
internal sealed class TablePlace : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _files;

    public TablePlace()
    {
        Directory.CreateDirectory(Source);
        Store = new LocalObjectStore(_folder.Path);
        Table = new Table(new StoreLocation(Store, "tables/ml/churn"), Time, NullLoggerFactory.Instance);
    }

    public Microsoft.Extensions.Time.Testing.FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 2, 0, 0, TimeSpan.Zero));

    public IObjectStore Store { get; }

    public Table Table { get; }

    public string Folder => _folder.Combine("tables", "ml", "churn");

    private string Source => _folder.Combine("parts");

    /// <summary>A publication of the rows that a query gives.</summary>
    public Publication Of(string job, string sql, TableMode mode = TableMode.Append, params PartitionValue[] partition)
    {
        string name = $"part-{_files++:D5}-{job}.parquet";
        DuckDb.Execute($"COPY ({sql}) TO '{Path.Combine(Source, name)}' (FORMAT parquet)");
        Field[] fields = [.. DuckDb.Query($"DESCRIBE {sql}", r => new Field(r.GetString(0), TypeOf(r.GetString(1))))];
        return new Publication
        {
            ApplicationId = $"batchfn/churn/{job}",
            Sequence = 1,
            JobId = job,
            Mode = mode,
            Columns = new Schema(fields),
            Partition = partition,
            Source = Store,
            Files = [new PublishedFile($"parts/{name}", name)],
        };
    }

    public static PartitionValue Text(string name, string? value) => new(new Field(name, DataType.String), value);

    public void Dispose() => _folder.Dispose();

    private static DataType TypeOf(string sql) => sql switch
    {
        "BOOLEAN" => DataType.Bool,
        "INTEGER" => DataType.Int32,
        "BIGINT" => DataType.Int64,
        "FLOAT" => DataType.Float32,
        "DOUBLE" => DataType.Float64,
        "DATE" => DataType.Date,
        "TIMESTAMP WITH TIME ZONE" => DataType.Timestamp,
        _ => DataType.String,
    };
}
