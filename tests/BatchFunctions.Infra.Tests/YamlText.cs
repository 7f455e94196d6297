using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace BatchFunctions.Infra.Tests;

/// <summary>Reads YAML as the JSON that says the same.</summary>
internal static class YamlText
{
    public static JsonNode Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return Convert(Assert.Single(stream.Documents).RootNode);
    }

    // What is merged in by << stands behind what the mapping says itself.
    private static Dictionary<string, YamlNode> Merged(YamlMappingNode mapping)
    {
        var own = mapping.Children.ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => pair.Value);
        if (own.Remove("<<", out var other))
            foreach (var (key, value) in Merged((YamlMappingNode)other))
                own.TryAdd(key, value);
        return own;
    }

    private static JsonNode Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(Merged(mapping).Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Convert(pair.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Convert)]),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value ?? ""),
        _ => throw new NotSupportedException($"A node of {node.NodeType} is not understood."),
    };
}
