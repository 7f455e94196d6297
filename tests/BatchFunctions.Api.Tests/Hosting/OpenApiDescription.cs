using System.Text.Json.Nodes;
using BatchFunctions.TestSupport;
using NJsonSchema;

namespace BatchFunctions.Api.Tests.Hosting;

/// <summary>The description in <c>docs/openapi.json</c>, against which requests and answers are held.</summary>
internal sealed class OpenApiDescription
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch", "head", "options"];

    private readonly Dictionary<string, JsonSchema> _schemas = new(StringComparer.Ordinal);

    private OpenApiDescription(JsonNode root) => Root = root;

    public JsonNode Root { get; }

    /// <summary>Every operation: method and path template.</summary>
    public IEnumerable<(string Method, string Path, JsonNode Operation)> Operations =>
        from path in Root["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        where Methods.Contains(operation.Key)
        select (operation.Key.ToUpperInvariant(), path.Key, operation.Value!);

    public static OpenApiDescription Load() => new(JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryPaths.Root, "docs", "openapi.json")))!);

    public JsonNode OperationOf(string method, string path) => Operations.Single(o => o.Method == method && o.Path == path).Operation;

    /// <summary>What a <c>$ref</c> leads to, or the node itself.</summary>
    public JsonNode Resolve(JsonNode node)
    {
        if (node["$ref"]?.GetValue<string>() is not { } reference)
            return node;
        var at = Root;
        foreach (var name in reference.TrimStart('#', '/').Split('/'))
            at = at[name] ?? throw new KeyNotFoundException($"{reference} leads nowhere.");
        return Resolve(at);
    }

    /// <summary>What is wrong with a value by a schema of the description; empty where nothing is.</summary>
    public async Task<IReadOnlyList<string>> ValidateAsync(JsonNode schema, string value)
    {
        // The validator knows definitions at the root alone.
        var text = new JsonObject
        {
            ["definitions"] = Root["components"]!["schemas"]!.DeepClone(),
            ["allOf"] = new JsonArray(schema.DeepClone()),
        }.ToJsonString().Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal);
        if (!_schemas.TryGetValue(text, out var parsed))
            _schemas[text] = parsed = await JsonSchema.FromJsonAsync(text, TestContext.Current.CancellationToken);
        return [.. parsed.Validate(value).Select(e => e.ToString())];
    }
}
