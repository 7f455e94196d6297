using System.Reflection;
using System.Text.Json.Nodes;
using BatchFunctions.Api;
using BatchFunctions.Api.Serving;
using BatchFunctions.FunctionApp.Functions;
using BatchFunctions.Notifications;
using BatchFunctions.Sql;
using BatchFunctions.TestSupport;
using BatchFunctions.Tier;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging.Abstractions;
using NCrontab;

namespace BatchFunctions.Infra.Tests;

public sealed class SettingTests(BicepFixture bicep)
{
    // Each with who reads it, since our code does not.
    private static readonly Dictionary<string, string> ReadByOthers = new()
    {
        ["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] = "the Functions host",
        ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = "the Functions host",
        ["AZURE_CLIENT_ID"] = "Azure.Identity",
        ["AZURE_TOKEN_CREDENTIALS"] = "Azure.Identity",
        ["AzureWebJobsStorage__accountName"] = "the Functions host",
        ["AzureWebJobsStorage__clientId"] = "the Functions host",
        ["AzureWebJobsStorage__credential"] = "the Functions host",
        ["FUNCTIONS_WORKER_RUNTIME"] = "the Functions host in a container",
    };

    // Each with why nobody sets it in Azure.
    private static readonly Dictionary<string, string> NotForAzure = new()
    {
        [HostSettings.ConnectionVariable] = "a connection string is a key; the identity and the account's address are set instead",
        [NotificationOptions.EventGridKeyVariable] = "a key; the identity signs in to the topic",
        [NotificationOptions.WebhookHostsVariable] = "for whoever uses webhooks to set beside what is deployed; in Azure the topic tells of jobs",
        [NotificationOptions.WebhookSecretVariable] = "goes with the hosts of webhooks, from a vault of their own",
        [SqlOptions.ThreadsVariable] = "the machine's processors, which is the default",
        [SqlOptions.FolderVariable] = "the machine's temporary files, which is the default: there is no other disk",
        [ApiKey.Variable] = "the key of batchfn serve; in Azure the platform asks for its own",
    };

    // Where there is a scoring service, and nowhere else.
    private static readonly string[] TierSettings = [TierOptions.EndpointsVariable, TierOptions.KeyVariable];

    public static TheoryData<Variant> Variants => Variant.All;

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task What_the_app_reads_is_set(Variant variant)
    {
        var set = (await bicep.SnapshotAsync(variant)).FunctionsSettings().Keys;

        Assert.Contains(HostSettings.PipelinesVariable, AppStrings.SettingNames);
        Assert.Contains("BATCHFN_TICK", AppStrings.SettingNames);
        Assert.Empty(AppStrings.SettingNames.Except(set).Except(NotForAzure.Keys).Except(HasScoring(variant) ? [] : TierSettings));
        Assert.Equal(HasScoring(variant) ? TierSettings : [], TierSettings.Intersect(set));
        Assert.Empty(NotForAzure.Keys.Intersect(set));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task What_is_set_is_read(Variant variant)
    {
        var set = (await bicep.SnapshotAsync(variant)).FunctionsSettings().Keys
            .Where(name => !ReadByOthers.ContainsKey(name) && !name.Contains("Disabled", StringComparison.Ordinal))
            .Where(name => !name.StartsWith("AzureFunctionsJobHost__", StringComparison.Ordinal))
            .Except(Variant.OfPipelines);

        Assert.Empty(set.Except(AppStrings.SettingNames));
    }

    [Fact]
    public async Task What_the_sample_for_a_laptop_has_is_set_in_Azure_too_or_by_another_name()
    {
        var set = (await bicep.SnapshotAsync(Variant.Flex)).FunctionsSettings().Keys;
        var sample = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "local.settings.sample.json"), TestContext.Current.CancellationToken))!["Values"]!
            .AsObject().Select(setting => setting.Key);

        // Flex Consumption takes the runtime from functionAppConfig, and refuses the setting.
        Assert.Equal(["AzureWebJobsStorage", HostSettings.ConnectionVariable, "FUNCTIONS_WORKER_RUNTIME"], sample.Except(set).Order(StringComparer.OrdinalIgnoreCase));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task The_settings_are_such_that_a_host_starts_with(Variant variant)
    {
        var snapshot = await bicep.SnapshotAsync(variant);
        var set = snapshot.FunctionsSettings();

        var settings = HostSettings.Read(Deployed(set));

        Assert.NotNull(settings.CreateServices(NullLoggerFactory.Instance));
        Assert.StartsWith("https://stdata", settings.StorageAccountUri, StringComparison.Ordinal);
        Assert.Null(settings.StorageConnection);
        Assert.NotNull(CrontabSchedule.Parse(set["BATCHFN_TICK"], new CrontabSchedule.ParseOptions { IncludingSeconds = true }));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Every_folder_lies_in_a_container_that_is_there(Variant variant)
    {
        var snapshot = await bicep.SnapshotAsync(variant);
        var settings = HostSettings.Read(Deployed(snapshot.FunctionsSettings()));
        var containers = snapshot.Of("Microsoft.Storage/storageAccounts/blobServices/containers").Select(container => ((string)container["name"]!).Split('/'))
            .Where(name => name[0].StartsWith("stdata", StringComparison.Ordinal)).Select(name => $"azure://{name[2]}").ToArray();

        Assert.Equal(containers.Order(), new[] { settings.Pipelines, settings.Models, settings.Work }.Concat(settings.Roots).Order());
        Assert.Contains($"azure://{snapshot.FunctionsSettings()["BATCHFN_ARRIVAL_CONTAINER"]}", containers);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task What_is_replaced_of_the_hosts_settings_is_there_to_be_replaced(Variant variant)
    {
        var host = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "host.json"), TestContext.Current.CancellationToken))!;
        var replaced = (await bicep.SnapshotAsync(variant)).FunctionsSettings().Keys.Where(name => name.StartsWith("AzureFunctionsJobHost__", StringComparison.Ordinal)).ToArray();

        Assert.NotEmpty(replaced);
        Assert.All(replaced, name => Assert.NotNull(name.Split("__").Skip(1).Aggregate((JsonNode?)host, (node, key) => node?[key])));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task The_task_hubs_connection_is_that_of_the_host_account(Variant variant)
    {
        var host = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "host.json"), TestContext.Current.CancellationToken))!;
        var connection = (string)host["extensions"]!["durableTask"]!["storageProvider"]!["connectionName"]!;
        var snapshot = await bicep.SnapshotAsync(variant);

        Assert.Equal((string)snapshot.Single("Microsoft.Storage/storageAccounts", "sthost")["name"]!, snapshot.FunctionsSettings()[$"{connection}__accountName"]);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Polling_alone_is_switched_off(Variant variant)
    {
        var functions = typeof(TriggerFunctions).GetMethods().Where(method => method.IsDefined(typeof(FunctionAttribute)));
        var polling = Assert.Single(functions, method => method.GetParameters().Any(parameter => parameter.IsDefined(typeof(BlobTriggerAttribute))));
        var name = polling.GetCustomAttribute<FunctionAttribute>()!.Name;

        var switches = (await bicep.SnapshotAsync(variant)).FunctionsSettings().Where(setting => setting.Key.Contains("Disabled", StringComparison.Ordinal));

        var (key, value) = Assert.Single(switches);
        Assert.Contains(key, new[] { $"AzureWebJobs.{name}.Disabled", $"AzureWebJobs_{name}_Disabled" });
        Assert.Equal("true", value);
    }

    [Fact]
    public async Task A_machine_runs_as_many_shards_as_it_has_cores()
    {
        var snapshot = await bicep.SnapshotAsync(Variant.Container);
        var cores = (int)snapshot.Single("Microsoft.App/containerApps", "func-")["properties"]!["template"]!["containers"]![0]!["resources"]!["cpu"]!;

        Assert.Equal($"{cores}", snapshot.FunctionsSettings()["AzureFunctionsJobHost__extensions__durableTask__maxConcurrentActivityFunctions"]);
    }

    [Fact]
    public async Task Views_of_sources_take_a_quarter_of_a_machine()
    {
        var snapshot = await bicep.SnapshotAsync(Variant.Container);
        var memory = (string)snapshot.Single("Microsoft.App/containerApps", "func-")["properties"]!["template"]!["containers"]![0]!["resources"]!["memory"]!;

        Assert.Equal("4Gi", memory);
        Assert.Equal(1L << 30, SqlOptions.Read(snapshot.FunctionsSettings().GetValueOrDefault).Memory);
    }

    private static bool HasScoring(Variant variant) => variant.Parameters.Contains("scoringImage", StringComparison.Ordinal);

    // What only the deployment knows stands as an expression until then.
    private static Func<string, string?> Deployed(IReadOnlyDictionary<string, string> settings) => name => settings.GetValueOrDefault(name) switch
    {
        { } value when value.EndsWith(".endpoint)]", StringComparison.Ordinal) => "https://topic.region-1.eventgrid.azure.net/api/events",
        { } value when value.EndsWith(".configuration.ingress.fqdn))]", StringComparison.Ordinal) => "https://score.example.com",
        var value => value,
    };
}
