using System.Text.Json.Nodes;
using BatchFunctions.Api;
using BatchFunctions.ScoringService;
using BatchFunctions.Tier;

namespace BatchFunctions.Infra.Tests;

public sealed class ContainerTests(BicepFixture bicep)
{
    [Fact]
    public async Task A_GPU_costs_nothing_while_nothing_is_scored()
    {
        var snapshot = await bicep.SnapshotAsync(Variant.Private);
        var app = snapshot.Single("Microsoft.App/containerApps", "score-")["properties"]!;
        var profile = Profiles(snapshot).Single(profile => profile.Name == (string)app["workloadProfileName"]!);

        Assert.Equal("Consumption-GPU-NC8as-T4", profile.Type);
        Assert.Equal(0, (int)app["template"]!["scale"]!["minReplicas"]!);
        Assert.NotEmpty(app["template"]!["scale"]!["rules"]!.AsArray());
    }

    [Fact]
    public async Task Without_GPUs_there_is_no_profile_of_them()
    {
        var snapshot = await bicep.SnapshotAsync(Variant.PrivateContainer);

        Assert.Equal([("Consumption", "Consumption")], Profiles(snapshot));
        Assert.All(snapshot.Of("Microsoft.App/containerApps"), app => Assert.Equal("Consumption", (string?)app["properties"]!["workloadProfileName"]));
    }

    [Fact]
    public async Task The_scoring_service_is_reached_from_outside_of_its_environment_only_where_the_app_is_outside()
    {
        Assert.True(await IsExternalAsync(Variant.Private));
        Assert.False(await IsExternalAsync(Variant.PrivateContainer));

        async Task<bool> IsExternalAsync(Variant variant) =>
            (bool)(await bicep.SnapshotAsync(variant)).Single("Microsoft.App/containerApps", "score-")["properties"]!["configuration"]!["ingress"]!["external"]!;
    }

    [Fact]
    public async Task Outside_in_a_network_is_inside_of_the_network()
    {
        var snapshot = await bicep.SnapshotAsync(Variant.Private);

        Assert.True((bool)snapshot.Single("Microsoft.App/managedEnvironments")["properties"]!["vnetConfiguration"]!["internal"]!);
        Assert.Single(snapshot.Of("Microsoft.Network/privateDnsZones/A"));
    }

    [Fact]
    public async Task Before_there_are_images_there_is_the_registry_to_put_them_into_and_no_app()
    {
        var snapshot = await bicep.SnapshotAsync(Variant.WithoutImages);

        Assert.Single(snapshot.Of("Microsoft.ContainerRegistry/registries"));
        Assert.Empty(snapshot.Of("Microsoft.App/containerApps"));
        Assert.Contains("AZURE_CONTAINER_REGISTRY_ENDPOINT", snapshot.Outputs);
    }

    [Fact]
    public async Task The_app_has_a_replica_all_the_time_since_the_hub_wakes_none()
    {
        var scale = (await bicep.SnapshotAsync(Variant.Container)).Single("Microsoft.App/containerApps", "func-")["properties"]!["template"]!["scale"]!;

        Assert.True((int)scale["minReplicas"]! >= 1);
    }

    [Fact]
    public async Task The_scoring_service_has_the_settings_that_it_needs_and_is_asked_for_its_health_where_it_answers()
    {
        var container = (await bicep.SnapshotAsync(Variant.Private)).Single("Microsoft.App/containerApps", "score-")["properties"]!["template"]!["containers"]![0]!;
        var set = container["env"]!.AsArray().Select(setting => Text(setting, "name")).ToArray();
        var strings = AppStrings.Of(typeof(ServiceSettings).Assembly);
        string[] withDefaults = [ServiceSettings.MaxRunningVariable, ServiceSettings.MaxQueuedVariable, ServiceSettings.MaxMemoryShareVariable, ServiceSettings.WarmModelsVariable];

        Assert.Empty(AppStrings.NamesIn(strings).Except(withDefaults).Except(set));
        Assert.Contains(ServiceSettings.KeyVariable, set);
        Assert.All(container["probes"]!.AsArray(), probe => Assert.Contains(Text(probe!["httpGet"], "path"), strings));
    }

    [Fact]
    public async Task The_platform_counts_the_files_by_which_replicas_say_how_many_are_wanted()
    {
        var snapshot = await bicep.SnapshotAsync(Variant.Private);
        var app = snapshot.Single("Microsoft.App/containerApps", "score-");
        var work = app["properties"]!["template"]!["containers"]![0]!["env"]!.AsArray().Single(setting => Text(setting, "name") == HostSettings.WorkVariable);
        var rules = app["properties"]!["template"]!["scale"]!["rules"]!.AsArray();
        var rule = Assert.Single(rules, rule => rule!["custom"] is not null)!["custom"]!;
        var identity = Assert.Single(app["identity"]!["userAssignedIdentities"]!.AsObject()).Key;

        Assert.Equal("azure-blob", Text(rule, "type"));
        Assert.Equal(Text(work, "value"), $"azure://{rule["metadata"]!["blobContainerName"]}");
        Assert.Equal((string)snapshot.Single("Microsoft.Storage/storageAccounts", "stdata")["name"]!, Text(rule["metadata"], "accountName"));
        Assert.Equal((TierOptions.WantedFolder, "1"), (Text(rule["metadata"], "blobPrefix"), Text(rule["metadata"], "blobCount")));
        Assert.Equal(identity, Text(rule, "identity"));
        // Nothing is counted while no replica runs: a request has to wake the first.
        Assert.Contains(rules, other => other!["http"] is not null);
    }

    private static IEnumerable<(string Name, string Type)> Profiles(Snapshot snapshot) =>
        snapshot.Single("Microsoft.App/managedEnvironments")["properties"]!["workloadProfiles"]!.AsArray().Select(profile => (Text(profile, "name"), Text(profile, "workloadProfileType")));

    private static string Text(JsonNode? node, string name) => (string)node![name]!;
}
