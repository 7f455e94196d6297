using System.Globalization;
using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;
using BatchFunctions.Storage;
using BatchFunctions.TestSupport;
using DuckDB.NET.Data;

namespace BatchFunctions.Tests.Data;

/// <summary>A folder of Parquet files, with DuckDB to write and read them independently of our own code.</summary>
internal sealed class ParquetFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DuckDBConnection _duckDb = new("DataSource=:memory:");
    private int _files;

    public ParquetFolder()
    {
        Store = new LocalObjectStore(_folder.Path);
        _duckDb.Open();
        Execute("SET threads = 1");
    }

    public LocalObjectStore Store { get; }

    public ParquetFormat Format { get; } = new();

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _duckDb.Dispose();
        _folder.Dispose();
    }

    public void Execute(string sql)
    {
        using DuckDBCommand command = _duckDb.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>What a query gives, each value as invariant text, null as "∅".</summary>
    public List<string> Query(string sql)
    {
        using DuckDBCommand command = _duckDb.CreateCommand();
        command.CommandText = sql;
        using DuckDBDataReader reader = command.ExecuteReader();
        List<string> rows = [];
        while (reader.Read())
            rows.Add(string.Join(" | ", Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.IsDBNull(i) ? null : reader.GetValue(i)))));
        return rows;
    }

    /// <summary>Has DuckDB write what <paramref name="select"/> gives.</summary>
    public async Task<SourceFile> CopyAsync(string select, string options = "")
    {
        string key = NextKey();
        Execute($"COPY ({select}) TO '{PathOf(key)}' (FORMAT parquet{(options.Length > 0 ? ", " + options : "")})");
        return await FileAsync(key);
    }

    public async Task<SourceFile> PutAsync(ReadOnlyMemory<byte> bytes)
    {
        string key = NextKey();
        await Store.PutAsync(key, bytes, PutCondition.None, Token);
        return await FileAsync(key);
    }

    public byte[] BytesOf(SourceFile file) => File.ReadAllBytes(PathOf(file.Key));

    /// <summary>The path for DuckDB's <c>read_parquet</c>.</summary>
    public string PathOf(SourceFile file) => PathOf(file.Key);

    /// <summary>
    /// All rows of a file, each value as invariant text, null as "∅", a row with a fault as its reason. They are read some at a time in several ways, which must
    /// not differ.
    /// </summary>
    public async Task<List<string>> ReadAsync(SourceFile file, Schema? wanted = null)
    {
        wanted ??= await Format.ReadSchemaAsync(file, Token);
        List<string> rows = await ReadAsync(file, wanted, int.MaxValue);
        foreach (int batchRows in (int[])[1024, 13])
            Assert.Equal(rows, await ReadAsync(file, wanted, batchRows));
        return rows;
    }

    /// <summary>The same, read once.</summary>
    /// <param name="file">The file.</param>
    /// <param name="wanted">The columns.</param>
    /// <param name="batchRows">The number of rows to read at a time at most.</param>
    public async Task<List<string>> ReadAsync(SourceFile file, Schema wanted, int batchRows)
    {
        await using IRecordReader reader = Format.CreateReader(wanted, batchRows);
        RecordBatch batch = new();
        List<string> rows = [];
        foreach (Segment segment in await Format.SplitAsync(file, 0, 1, Token))
        {
            await reader.OpenAsync(file, segment, Token);
            while (await reader.ReadAsync(batch, Token))
            {
                Assert.Equal(rows.Count, batch.FirstRecord);
                Assert.False(batch.HasRaw);
                rows.AddRange(Rows(batch));
            }
        }

        return rows;
    }

    public static IEnumerable<string> Rows(RecordBatch batch)
    {
        ILookup<int, string> faults = batch.Faults.ToLookup(f => f.Row, f => $"{f.Code}: {f.Reason}");
        for (int row = 0; row < batch.RowCount; row++)
            yield return faults.Contains(row)
                ? string.Join("; ", faults[row])
                : string.Join(" | ", batch.Columns.Select(c => Text(c.GetValue(row))));
    }

    public static string Text(object? value) => value switch
    {
        null => "∅",
        bool flag => flag ? "true" : "false",
        decimal number => (number / 1.000000000000000000000000000000m).ToString(CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Guid id => id.ToString(),
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    public static BatchFunctionsException AssertKind(ErrorKind kind, Exception? exception)
    {
        BatchFunctionsException error = Assert.IsType<BatchFunctionsException>(exception);
        Assert.True(kind == error.Kind, $"{error.Kind}: {error.Message}");
        return error;
    }

    private async Task<SourceFile> FileAsync(string key)
    {
        ObjectProperties properties = (await Store.FindAsync(key, Token))!;
        return new SourceFile(Store, key, properties.Length, properties.ETag);
    }

    private string NextKey() => string.Create(CultureInfo.InvariantCulture, $"file-{_files++}.parquet");

    private string PathOf(string key) => Path.Combine(_folder.Path, key);
}
