using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BatchFunctions.Infra.Tests;

/// <summary>A role that is given, in the words of the table of roles in infra/README.md.</summary>
/// <param name="Who">Whom it is given to.</param>
/// <param name="RoleId">The GUID of the role's definition.</param>
/// <param name="Where">What it is good for.</param>
public sealed partial record RoleAssignment(string Who, string RoleId, string Where)
{
    /// <summary>Reads one from a snapshot.</summary>
    public static RoleAssignment Of(JsonNode resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var id = (string)resource["id"]!;
        var scope = id.StartsWith('[') ? Quoted().Match(id).Groups[1].Value : id[..id.IndexOf("/providers/Microsoft.Authorization", StringComparison.Ordinal)];
        var properties = resource["properties"]!;
        return new RoleAssignment(
            WhoIs((string)properties["principalId"]!), ((string)properties["roleDefinitionId"]!).Split('/')[^1], WhereIs(scope));
    }

    private static string WhoIs(string principal) => principal switch
    {
        Snapshot.Operator => "you",
        _ when principal.Contains("/id-functions-", StringComparison.Ordinal) => "Functions app",
        _ when principal.Contains("/id-scoring-", StringComparison.Ordinal) => "scoring service",
        _ when principal.Contains("/egst-", StringComparison.Ordinal) => "Event Grid",
        _ => throw new ArgumentException($"Nobody knows who {principal} is."),
    };

    private static string WhereIs(string scope)
    {
        var part = scope.Contains("/containers/", StringComparison.Ordinal) || scope.Contains("/secrets/", StringComparison.Ordinal) ? $", `{scope.Split('/')[^1]}`" : "";
        var resource = scope.Split('/')[8];
        return resource switch
        {
            _ when resource.StartsWith("sthost", StringComparison.Ordinal) => $"host account{part}",
            _ when resource.StartsWith("stdata", StringComparison.Ordinal) => $"data account{part}",
            _ when resource.StartsWith("appi-", StringComparison.Ordinal) => "Application Insights",
            _ when resource.StartsWith("egt-", StringComparison.Ordinal) => "topic of jobs",
            _ when resource.StartsWith("kv-", StringComparison.Ordinal) => $"vault{part}",
            _ when resource.StartsWith("cr", StringComparison.Ordinal) => "registry",
            _ => throw new ArgumentException($"Nobody knows what {scope} is."),
        };
    }

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();
}
