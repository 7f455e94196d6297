using Xunit.Sdk;

namespace BatchFunctions.Infra.Tests;

/// <summary>A way to deploy the infrastructure: a name, and the parameters of main.bicep as Bicep writes them.</summary>
public sealed class Variant : IXunitSerializable
{
    /// <summary>For xunit alone.</summary>
    public Variant()
    {
    }

    private Variant(string name, string parameters) => (Name, Parameters) = (name, parameters);

    /// <summary>The defaults, for somebody who uploads models.</summary>
    public static Variant Flex { get; } = new("flex", "");

    /// <summary>The Functions app as a container.</summary>
    public static Variant Container { get; } = new("container", "param functionsHost = 'container'\nparam functionsImage = 'test.azurecr.io/functions:1'\n");

    /// <summary>A Flex Consumption app with a scoring service on GPUs, all of it in a network, with all that can be asked for.</summary>
    public static Variant Private { get; } = new(
        "private",
        """
        param privateNetworking = true
        param scoringTier = 'gpu'
        param scoringImage = 'test.azurecr.io/scoring:1-cuda'
        param allowedCallers = ['203.0.113.0/24']
        param readableContainers = ['customers']
        param writableContainers = ['tables']
        param deleteArrivalsAfterDays = 30
        param alwaysReadyInstances = 1
        param alertEmails = ['on-call@example.com']
        param alertWebhooks = { pager: 'https://pager.example.com/hook' }
        param budgetAmount = 500
        param budgetStart = '2026-02-01'
        param expectedRuns = [{ pipeline: 'churn', within: 'P1D' }]
        param extraSettings = { REGION: 'west' }
        param vaultSettings = { ALERT_WEBHOOK: 'alert-webhook' }

        """);

    /// <summary>Containers alone, in a network.</summary>
    public static Variant PrivateContainer { get; } = new(
        "private-container",
        """
        param functionsHost = 'container'
        param functionsImage = 'test.azurecr.io/functions:1'
        param scoringTier = 'cpu'
        param scoringImage = 'test.azurecr.io/scoring:1'
        param privateNetworking = true
        param vaultSettings = { ALERT_WEBHOOK: 'alert-webhook' }

        """);

    /// <summary>Containers, before there are images of them.</summary>
    public static Variant WithoutImages { get; } = new("without-images", "param functionsHost = 'container'\nparam scoringTier = 'gpu'\n");

    /// <summary>All of them.</summary>
    public static TheoryData<Variant> All => [Flex, Container, Private, PrivateContainer];

    /// <summary>The settings among them that are there for pipelines, which refer to them.</summary>
    public static IReadOnlyList<string> OfPipelines { get; } = ["REGION", "ALERT_WEBHOOK"];

    /// <summary>The name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Lines of a parameters file.</summary>
    public string Parameters { get; private set; } = "";

    /// <inheritdoc/>
    public void Deserialize(IXunitSerializationInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        (Name, Parameters) = (info.GetValue<string>(nameof(Name))!, info.GetValue<string>(nameof(Parameters))!);
    }

    /// <inheritdoc/>
    public void Serialize(IXunitSerializationInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        info.AddValue(nameof(Name), Name);
        info.AddValue(nameof(Parameters), Parameters);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
