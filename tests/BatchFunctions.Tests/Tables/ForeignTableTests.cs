using System.Text;
using BatchFunctions.Storage;
using BatchFunctions.Tables;
using BatchFunctions.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.Tests.Tables;

/// <summary>Tables as others write them.</summary>
public sealed class ForeignTableTests : IDisposable
{
    private const string Protocol = """{"protocol":{"minReaderVersion":3,"minWriterVersion":7,"readerFeatures":["deletionVectors","v2Checkpoint"],"writerFeatures":["deletionVectors","v2Checkpoint"]}}""";

    private const string Metadata = """
        {"metaData":{"id":"5b1c3a52-0000-4000-8000-000000000000","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[{\"name\":\"id\",\"type\":\"long\",\"nullable\":true,\"metadata\":{}}]}","partitionColumns":[],"configuration":{}}}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_leaves_and_comes_back_with_deleted_rows_is_refused_in_whatever_order_a_version_says_so(bool addFirst)
    {
        const string remove = """{"remove":{"path":"a.parquet","deletionTimestamp":1,"dataChange":true}}""";
        const string add = """{"add":{"path":"a.parquet","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true,"deletionVector":{"storageType":"u","pathOrInlineDv":"x","offset":1,"sizeInBytes":1,"cardinality":1}}}""";
        Commit(0, Protocol, Metadata.Trim(), """{"add":{"path":"a.parquet","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true}}""");
        Commit(1, addFirst ? [add, remove] : [remove, add]);

        BatchFunctionsException refused = await Assert.ThrowsAsync<BatchFunctionsException>(ReadAsync);

        Assert.Equal(ErrorKind.Request, refused.Kind);
        Assert.Contains("deletion vectors (a.parquet)", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Under a name of the first form, too: its writer may have it so, and what it names elsewhere would be missing without a word.</summary>
    [Fact]
    public async Task A_checkpoint_that_has_the_files_elsewhere_is_refused()
    {
        Commit(1, """{"add":{"path":"b.parquet","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true}}""");
        DuckDb.Execute($$"""
            COPY (
                SELECT {'minReaderVersion': 3, 'minWriterVersion': 7} AS protocol, NULL::STRUCT(id VARCHAR, schemaString VARCHAR, partitionColumns VARCHAR[]) AS metaData, NULL::STRUCT("path" VARCHAR, sizeInBytes BIGINT) AS sidecar
                UNION ALL SELECT NULL, {'id': '5b1c3a52-0000-4000-8000-000000000000', 'schemaString': '{"type":"struct","fields":[]}', 'partitionColumns': []}, NULL
                UNION ALL SELECT NULL, NULL, {'path': '016ae953-37a9-438e-8683-9a9a4a79a395.parquet', 'sizeInBytes': 1}
            ) TO '{{_folder.Combine("_delta_log", "00000000000000000000.checkpoint.parquet")}}' (FORMAT parquet)
            """);

        BatchFunctionsException refused = await Assert.ThrowsAsync<BatchFunctionsException>(ReadAsync);

        Assert.Equal(ErrorKind.Request, refused.Kind);
        Assert.Contains("checkpoints of the second form (v2)", refused.Message, StringComparison.Ordinal);
    }

    private Task<TableState> ReadAsync() =>
        new Table(new StoreLocation(new LocalObjectStore(_folder.Path), ""), TimeProvider.System, NullLoggerFactory.Instance).ReadAsync(null, TestContext.Current.CancellationToken);

    private void Commit(int version, params string[] lines)
    {
        Directory.CreateDirectory(_folder.Combine("_delta_log"));
        File.WriteAllLines(_folder.Combine("_delta_log", $"{version:D20}.json"), lines, new UTF8Encoding(false));
    }
}
