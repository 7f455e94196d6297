namespace BatchFunctions.Infra.Tests;

public sealed class SafetyTests(BicepFixture bicep)
{
    private static readonly string[] WithoutTags =
    [
        "Microsoft.App/managedEnvironments/", "Microsoft.Authorization/", "Microsoft.Consumption/", "Microsoft.EventGrid/systemTopics/", "Microsoft.Insights/diagnosticSettings",
        "Microsoft.KeyVault/vaults/", "Microsoft.Network/privateDnsZones/A", "Microsoft.Network/privateEndpoints/", "Microsoft.Storage/storageAccounts/", "Microsoft.Web/sites/",
    ];

    [Theory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public async Task Nothing_takes_a_key(Variant variant)
    {
        var snapshot = await bicep.SnapshotAsync(variant);

        Assert.Empty(snapshot.Diagnostics);
        AssertAll(snapshot, "Microsoft.Storage/storageAccounts", "allowSharedKeyAccess", false);
        AssertAll(snapshot, "Microsoft.Storage/storageAccounts", "allowBlobPublicAccess", false);
        AssertAll(snapshot, "Microsoft.EventGrid/topics", "disableLocalAuth", true);
        AssertAll(snapshot, "Microsoft.Insights/components", "DisableLocalAuth", true);
        AssertAll(snapshot, "Microsoft.ContainerRegistry/registries", "adminUserEnabled", false);
        AssertAll(snapshot, "Microsoft.Web/sites/basicPublishingCredentialsPolicies", "allow", false);
        AssertAll(snapshot, "Microsoft.KeyVault/vaults", "enableRbacAuthorization", true);
        Assert.All(snapshot.Of("Microsoft.OperationalInsights/workspaces"), workspace => Assert.True((bool)workspace["properties"]!["features"]!["disableLocalAuth"]!));
    }

    [Fact]
    public async Task No_template_reads_a_key()
    {
        foreach (var file in InfraFiles.EndingIn(".bicep"))
        {
            var template = (await bicep.CompileAsync(file)).Template;

            Assert.DoesNotContain("listKeys", template, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("listAccountSas", template, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("listCredentials", template, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public async Task Nothing_is_reached_without_encryption(Variant variant)
    {
        var snapshot = await bicep.SnapshotAsync(variant);

        AssertAll(snapshot, "Microsoft.Storage/storageAccounts", "supportsHttpsTrafficOnly", true);
        AssertAll(snapshot, "Microsoft.Storage/storageAccounts", "minimumTlsVersion", "TLS1_2");
        AssertAll(snapshot, "Microsoft.EventGrid/topics", "minimumTlsVersionAllowed", "1.2");
        AssertAll(snapshot, "Microsoft.Web/sites", "httpsOnly", true);
        Assert.All(snapshot.Of("Microsoft.App/containerApps"), app => Assert.False((bool)app["properties"]!["configuration"]!["ingress"]!["allowInsecure"]!));
    }

    [Theory]
    [MemberData(nameof(Variant.All), MemberType = typeof(Variant))]
    public async Task Everything_that_can_be_tagged_says_whose_it_is(Variant variant)
    {
        var snapshot = await bicep.SnapshotAsync(variant);

        Assert.All(
            snapshot.Resources.Where(resource => !WithoutTags.Any(type => ((string)resource["type"]!).StartsWith(type, StringComparison.Ordinal))),
            resource => Assert.Equal("test", (string?)resource["tags"]?["azd-env-name"]));
    }

    [Fact]
    public async Task In_a_network_the_stores_have_no_other_door_than_their_endpoints_and_Event_Grids()
    {
        var snapshot = await bicep.SnapshotAsync(Variant.Private);

        foreach (var account in snapshot.Of("Microsoft.Storage/storageAccounts"))
        {
            var rules = account["properties"]!["networkAcls"]!;
            Assert.Equal("Deny", (string?)rules["defaultAction"]);
            Assert.Equal("AzureServices", (string?)rules["bypass"]);
            Assert.Null(rules["ipRules"]);
        }

        AssertAll(snapshot, "Microsoft.EventGrid/topics", "publicNetworkAccess", "Disabled");
        AssertAll(snapshot, "Microsoft.App/managedEnvironments", "publicNetworkAccess", "Disabled");
        AssertAll(snapshot, "Microsoft.KeyVault/vaults", "publicNetworkAccess", "Disabled");
        var reached = snapshot.Of("Microsoft.Network/privateEndpoints")
            .Select(endpoint => endpoint["properties"]!["privateLinkServiceConnections"]![0]!["properties"]!)
            .Select(connection => (Target: ((string)connection["privateLinkServiceId"]!).Split('/')[^1], Part: (string)connection["groupIds"]![0]!));
        Assert.Equal(
            [("cr", "registry"), ("egt-", "topic"), ("kv-", "vault"), ("stdata", "blob"), ("sthost", "blob"), ("sthost", "queue"), ("sthost", "table")],
            reached.Select(endpoint => (new[] { "cr", "egt-", "kv-", "stdata", "sthost" }.Single(start => endpoint.Target.StartsWith(start, StringComparison.Ordinal)), endpoint.Part)).Order());
    }

    [Fact]
    public async Task In_a_network_the_app_calls_out_through_it_and_takes_calls_of_Event_Grid_and_of_those_who_are_named()
    {
        var site = (await bicep.SnapshotAsync(Variant.Private)).Single("Microsoft.Web/sites")["properties"]!;

        Assert.EndsWith("/subnets/functions", (string)site["virtualNetworkSubnetId"]!, StringComparison.Ordinal);
        Assert.Equal("Deny", (string?)site["siteConfig"]!["ipSecurityRestrictionsDefaultAction"]);
        Assert.Equal(
            ["AzureEventGrid", "203.0.113.0/24"],
            site["siteConfig"]!["ipSecurityRestrictions"]!.AsArray().Select(rule => (string)rule!["ipAddress"]!));
    }

    [Fact]
    public async Task A_secret_comes_from_the_vault_and_stands_in_no_setting()
    {
        var secrets = new[] { "ALERT_WEBHOOK", "BATCHFN_SCORING_KEY" };
        var flex = (await bicep.SnapshotAsync(Variant.Private)).FunctionsSettings();
        var container = (await bicep.SnapshotAsync(Variant.PrivateContainer)).FunctionsSettings();

        Assert.All(secrets, name => Assert.Contains("@Microsoft.KeyVault(SecretUri=", flex[name], StringComparison.Ordinal));
        Assert.Equal("@alert-webhook", container["ALERT_WEBHOOK"]);
        Assert.Equal("@batchfn-scoring-key", container["BATCHFN_SCORING_KEY"]);
        foreach (var variant in new[] { Variant.Private, Variant.PrivateContainer })
        {
            foreach (var app in (await bicep.SnapshotAsync(variant)).Of("Microsoft.App/containerApps"))
                Assert.All(app["properties"]!["configuration"]!["secrets"]!.AsArray(), secret => Assert.NotNull(secret!["keyVaultUrl"]));
        }
    }

    [Fact]
    public async Task Without_a_network_there_is_none_to_pay_for()
    {
        var snapshot = await bicep.SnapshotAsync(Variant.Flex);

        Assert.DoesNotContain(snapshot.Resources, resource => ((string)resource["type"]!).StartsWith("Microsoft.Network/", StringComparison.Ordinal));
        Assert.DoesNotContain(snapshot.Resources, resource => ((string)resource["type"]!).StartsWith("Microsoft.App/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_triggers_remember_is_never_deleted_for_its_age()
    {
        var snapshot = await bicep.SnapshotAsync(Variant.Private);
        var deleted = snapshot.Of("Microsoft.Storage/storageAccounts/managementPolicies")
            .SelectMany(policy => policy["properties"]!["policy"]!["rules"]!.AsArray())
            .Where(rule => rule!["definition"]!["actions"]!["baseBlob"]!["delete"] is not null)
            .SelectMany(rule => rule!["definition"]!["filters"]!["prefixMatch"]!.AsArray())
            .Select(prefix => (string)prefix!);

        Assert.Equal(["arrivals/", "dead-letters/"], deleted.Order());
    }

    private static void AssertAll<T>(Snapshot snapshot, string type, string property, T expected) =>
        Assert.All(snapshot.Of(type), resource => Assert.Equal(expected, resource["properties"]![property]!.GetValue<T>()));
}
