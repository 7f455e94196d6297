using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BatchFunctions.Infra.Tests;

/// <summary>The file that starts everything on one machine, merged and with the variables' defaults.</summary>
internal static partial class ComposeFile
{
    public const string Path = "infra/containers/compose.yaml";

    private static readonly JsonNode Document = YamlText.Parse(RepositoryFile.Read(Path));

    /// <summary>The name of the project, which containers' names begin with.</summary>
    public static string Name { get; } = (string)Document["name"]!;

    public static IReadOnlyDictionary<string, JsonNode> Services { get; } = Document["services"]!.AsObject().ToDictionary(service => service.Key, service => service.Value!);

    public static IReadOnlyList<string> Volumes { get; } = [.. Document["volumes"]!.AsObject().Select(volume => volume.Key)];

    /// <summary>The variables that the file asks for, with what it takes where they are not set.</summary>
    public static IReadOnlyDictionary<string, string> Variables { get; } = Default().Matches(RepositoryFile.Read(Path))
        .Select(match => KeyValuePair.Create(match.Groups[1].Value, Resolve(match.Groups[2].Value))).Distinct().ToDictionary();

    /// <summary>The environment of a service.</summary>
    public static Dictionary<string, string> EnvironmentOf(string service) =>
        Services[service]["environment"]!.AsObject().ToDictionary(variable => variable.Key, variable => Resolve((string)variable.Value!));

    /// <summary>The names of the entries of a list that a service has.</summary>
    public static IReadOnlyList<string> List(string service, string key) => [.. Services[service][key]?.AsArray().Select(item => Resolve((string)item!)) ?? []];

    /// <summary>What compose makes of a text, where nothing is set in the environment.</summary>
    public static string Resolve(string text)
    {
        for (var previous = ""; previous != text;)
            (previous, text) = (text, Variable().Replace(text, match => match.Groups[1].Value == "COMPOSE_PROJECT_NAME" ? Name : match.Groups[2].Value));
        return text;
    }

    // Innermost first.
    [GeneratedRegex(@"\$\{([A-Z_]+)(?::-([^{}]*))?\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\$\{(BATCHFN_[A-Z_]+):-((?:[^{}]|\$\{[A-Z_]+\})*)\}")]
    private static partial Regex Default();
}
