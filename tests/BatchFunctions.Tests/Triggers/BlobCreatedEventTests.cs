using BatchFunctions.Triggers;

namespace BatchFunctions.Tests.Triggers;

public sealed class BlobCreatedEventTests
{
    private const string Data = """
        {
          "api": "PutBlockList", "clientRequestId": "6d79dbfb-0e37-4fc4-981f-442c9ca65760", "requestId": "831e1650-001e-001b-66ab-eeb76e000000",
          "eTag": "0x8D4BCC2E4835CD0", "contentType": "text/csv", "contentLength": 524288, "blobType": "BlockBlob",
          "url": "https://acme.blob.core.windows.net/incoming/customers/new%20file%231.csv",
          "sequencer": "00000000000004420000000000028963", "storageDiagnostics": { "batchId": "b68529f3-68cd-4744-baa4-3c0498ec19f0" }
        }
        """;

    [Fact]
    public void An_event_in_the_schema_of_cloud_events_tells_the_blobs_address() =>
        Assert.Equal([new BlobCreatedEvent("9aeb0fdf-c01e-0131-0922-9eb54906e209", "https://acme.blob.core.windows.net/incoming/customers/new%20file%231.csv")], Read(Cloud(Data)));

    [Fact]
    public void An_event_in_event_grids_own_schema_tells_the_same() =>
        Assert.Equal(Read(Cloud(Data)), Read(Own(Data)));

    [Fact]
    public void An_array_of_events_tells_all_of_them_in_order() =>
        Assert.Equal(["id-0", "id-1"], Read($"[{Cloud(Data, "id-0")}, {Cloud(Data, "id-1")}]").Select(e => e.Id));

    [Fact]
    public void Nothing_is_told_by_no_events() => Assert.Empty(Read("[]"));

    [Theory]
    [InlineData("Microsoft.Storage.BlobDeleted")]
    [InlineData("Microsoft.Storage.BlobTierChanged")]
    [InlineData("Microsoft.EventGrid.SubscriptionValidationEvent")]
    [InlineData("Contoso.Storage.BlobCreated")]
    public void Events_of_other_types_are_left_out(string type)
    {
        Assert.Empty(Read(Cloud(Data, type: type)));
        Assert.Empty(Read(Own(Data, type: type)));
    }

    [Theory]
    [InlineData("CreateFile", 0, false)]
    [InlineData("SftpCreate", 0, false)]
    [InlineData("FlushWithClose", 1024, true)]
    [InlineData("SftpCommit", 1024, true)]
    public void A_data_lake_file_counts_when_its_writer_closes_it(string api, int length, bool counts)
    {
        string data = $$"""
            { "api": "{{api}}", "contentType": "application/octet-stream", "contentLength": {{length}}, "contentOffset": 0, "blobType": "BlockBlob",
              "url": "https://acme.dfs.core.windows.net/incoming/dt=2026-02-08/part-0.parquet", "sequencer": "00", "identity": "00000000-0000-0000-0000-000000000000" }
            """;

        Assert.Equal(counts ? ["https://acme.blob.core.windows.net/incoming/dt=2026-02-08/part-0.parquet"] : [], Read(Cloud(data)).Select(e => e.Address));
    }

    [Fact]
    public void A_file_that_a_writer_renames_when_it_is_done_arrives_under_its_new_name() =>
        Assert.Equal(
            ["https://acme.blob.core.windows.net/incoming/part-0.parquet"],
            Read(Cloud(
                """
                { "api": "RenameFile", "destinationUrl": "https://acme.dfs.core.windows.net/incoming/part-0.parquet",
                  "sourceUrl": "https://acme.dfs.core.windows.net/incoming/_temporary/part-0.parquet", "sequencer": "00" }
                """,
                type: "Microsoft.Storage.BlobRenamed")).Select(e => e.Address));

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("42")]
    [InlineData("[1]")]
    [InlineData("{ \"specversion\": \"1.0\" }")]
    public void What_is_no_event_is_refused(string text)
    {
        var refusal = Assert.Throws<BatchFunctionsException>(() => Read(text));

        Assert.Equal(ErrorKind.Request, refusal.Kind);
        Assert.Contains("The event is malformed.", refusal.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<BlobCreatedEvent> Read(string json) => BlobCreatedEvent.Read(BinaryData.FromString(json));

    private static string Cloud(string data, string id = "9aeb0fdf-c01e-0131-0922-9eb54906e209", string type = "Microsoft.Storage.BlobCreated") => $$"""
        {
          "specversion": "1.0", "id": "{{id}}", "type": "{{type}}", "time": "2026-02-08T02:00:00.1234567Z",
          "source": "/subscriptions/0/resourceGroups/ml/providers/Microsoft.Storage/storageAccounts/acme",
          "subject": "/blobServices/default/containers/incoming/blobs/customers/new file#1.csv", "data": {{data}}
        }
        """;

    private static string Own(string data, string id = "9aeb0fdf-c01e-0131-0922-9eb54906e209", string type = "Microsoft.Storage.BlobCreated") => $$"""
        {
          "topic": "/subscriptions/0/resourceGroups/ml/providers/Microsoft.Storage/storageAccounts/acme",
          "subject": "/blobServices/default/containers/incoming/blobs/customers/new file#1.csv", "eventType": "{{type}}",
          "eventTime": "2026-02-08T02:00:00.1234567Z", "id": "{{id}}", "data": {{data}}, "dataVersion": "", "metadataVersion": "1"
        }
        """;
}
