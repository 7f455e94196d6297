using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BatchFunctions.Infra.Tests;

/// <summary>
/// The resources that a deployment would leave. What the cloud alone can know stands there as an expression in brackets.
/// </summary>
/// <param name="document">The snapshot as the compiler writes it.</param>
public sealed partial class Snapshot(JsonNode document)
{
    /// <summary>The subscription.</summary>
    public const string Subscription = "00000000-0000-0000-0000-000000000001";

    /// <summary>The object id of the person who deploys.</summary>
    public const string Operator = "00000000-0000-0000-0000-0000000000aa";

    /// <summary>All resources.</summary>
    public IReadOnlyList<JsonNode> Resources { get; } = [.. document["predictedResources"]!.AsArray().Select(resource => resource!)];

    /// <summary>The outputs.</summary>
    public IReadOnlyList<string> Outputs { get; } = [.. document["outputs"]?.AsObject().Select(output => output.Key) ?? []];

    /// <summary>What the compiler could not predict.</summary>
    public IReadOnlyList<string> Diagnostics { get; } = [.. document["diagnostics"]!.AsArray().Select(diagnostic => diagnostic!.ToJsonString())];

    /// <summary>The roles that are given.</summary>
    public IEnumerable<RoleAssignment> Roles => Of("Microsoft.Authorization/roleAssignments").Select(RoleAssignment.Of);

    /// <summary>The resources of a type.</summary>
    public IReadOnlyList<JsonNode> Of(string type) => [.. Resources.Where(resource => (string?)resource["type"] == type)];

    /// <summary>The one resource of a type whose name starts so.</summary>
    public JsonNode Single(string type, string start = "") =>
        Assert.Single(Of(type), resource => ((string)resource["name"]!).StartsWith(start, StringComparison.Ordinal));

    /// <summary>
    /// The settings of the Functions app, wherever it runs, with the account's address in the public cloud. What a container takes from its secrets
    /// has the secret's name after an @.
    /// </summary>
    public IReadOnlyDictionary<string, string> FunctionsSettings() => Settings(
        Of("Microsoft.Web/sites") is [var site]
            ? site["properties"]!["siteConfig"]!["appSettings"]
            : Single("Microsoft.App/containerApps", "func-")["properties"]!["template"]!["containers"]![0]!["env"]);

    private static Dictionary<string, string> Settings(JsonNode? settings) => settings!.AsArray().ToDictionary(
        setting => (string)setting!["name"]!,
        setting => setting!["value"] is { } value ? BlobEndpoint().Replace((string)value!, "https://$1.blob.core.windows.net") : $"@{setting["secretRef"]}");

    [GeneratedRegex(@"^\[string\(format\('https://\{0\}\.blob\.\{1\}', '([a-z0-9]+)', environment\(\)\.suffixes\.storage\)\)\]$")]
    private static partial Regex BlobEndpoint();
}
