using System.Reflection;
using Azure.Messaging;
using BatchFunctions.FunctionApp.Functions;
using BatchFunctions.Triggers;
using Microsoft.Azure.Functions.Worker;

namespace BatchFunctions.Infra.Tests;

public sealed class ArrivalTests(BicepFixture bicep)
{
    [Theory]
    [InlineData("flex")]
    [InlineData("container")]
    public async Task Every_event_that_is_told_is_one_that_the_app_takes_up(string host)
    {
        var subscription = await SubscriptionAsync(host);
        var types = subscription["filter"]!["includedEventTypes"]!.AsArray().Select(type => (string)type!).ToArray();

        Assert.Equal("CloudEventSchemaV1_0", (string?)subscription["eventDeliverySchema"]);
        Assert.NotEmpty(types);
        foreach (var type in types)
        {
            var data = new { api = "PutBlob", contentLength = 3, url = "https://a.blob.core.windows.net/arrivals/x.csv", destinationUrl = "https://a.blob.core.windows.net/arrivals/x.csv" };
            var told = BinaryData.FromObjectAsJson(new CloudEvent("/a", type, data));

            Assert.Equal("https://a.blob.core.windows.net/arrivals/x.csv", Assert.Single(BlobCreatedEvent.Read(told)).Address);
        }
    }

    [Fact]
    public async Task On_Flex_Consumption_the_function_that_events_start_is_told()
    {
        var function = Assert.Single(typeof(TriggerFunctions).GetMethods(), method => method.GetParameters().Any(parameter => parameter.IsDefined(typeof(EventGridTriggerAttribute))));
        var destination = (await SubscriptionAsync("flex"))["destination"]!;

        Assert.Equal("AzureFunction", (string?)destination["endpointType"]);
        Assert.EndsWith($"/sites/func-test/functions/{function.GetCustomAttribute<FunctionAttribute>()!.Name}", (string)destination["properties"]!["resourceId"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_is_called_where_its_hook_says()
    {
        var destination = (await SubscriptionAsync("container"))["destination"]!;

        Assert.Equal("WebHook", (string?)destination["endpointType"]);
        Assert.Contains("functionName=BlobCreated", InfraFiles.Read("hooks/arrivals.sh"), StringComparison.Ordinal);
        Assert.Contains("functionName=BlobCreated", InfraFiles.Read("hooks/arrivals.ps1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_accepts_is_kept_in_a_container_that_is_there_and_that_the_topic_may_write()
    {
        var letters = (await SubscriptionAsync("flex"))["deadLetterWithResourceIdentity"]!;
        var container = (string)letters["deadLetterDestination"]!["properties"]!["blobContainerName"]!;
        var snapshot = await bicep.SnapshotAsync(Variant.Flex);

        Assert.Equal("SystemAssigned", (string?)letters["identity"]!["type"]);
        Assert.Equal("SystemAssigned", (string?)snapshot.Single("Microsoft.EventGrid/systemTopics")["identity"]!["type"]);
        Assert.Contains(snapshot.Of("Microsoft.Storage/storageAccounts/blobServices/containers"), found => ((string)found["name"]!).EndsWith($"/{container}", StringComparison.Ordinal));
        Assert.Contains(snapshot.Roles, role => role.Who == "Event Grid" && role.Where == $"host account, `{container}`");
    }

    [Fact]
    public async Task The_containers_that_are_told_of_are_in_the_roots_of_the_app()
    {
        var filter = (await SubscriptionAsync("flex"))["filter"]!["advancedFilters"]![0]!;
        var roots = (await bicep.SnapshotAsync(Variant.Flex)).FunctionsSettings()["BATCHFN_ROOTS"].Split(';');

        Assert.Equal(["/blobServices/default/containers/arrivals/"], filter["values"]!.AsArray().Select(value => (string)value!));
        Assert.Contains("azure://arrivals", roots);
    }

    private async Task<System.Text.Json.Nodes.JsonNode> SubscriptionAsync(string host) =>
        (await bicep.ArrivalsAsync(host)).Single("Microsoft.EventGrid/systemTopics/eventSubscriptions")["properties"]!;
}
