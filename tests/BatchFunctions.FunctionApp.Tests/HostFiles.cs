using System.Text.Json.Nodes;
using BatchFunctions.TestSupport;

namespace BatchFunctions.FunctionApp.Tests;

/// <summary>The files beside the solution that the Functions host reads.</summary>
internal static class HostFiles
{
    public static JsonNode Host() => Read("host.json");

    public static Dictionary<string, string> SampleSettings() =>
        Read("local.settings.sample.json")["Values"]!.AsObject().ToDictionary(setting => setting.Key, setting => (string)setting.Value!);

    // Without leave for comments or trailing commas, since other tools that read these files give none.
    private static JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryPaths.Root, name)))!;
}
