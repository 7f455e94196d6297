using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Tests.Pipelines.Reference;

/// <summary>Writes <c>docs/pipeline.schema.json</c> (JSON Schema, draft 2020-12) from the keys that the loader reads.</summary>
internal sealed class SchemaWriter(KeyDocs docs)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Write()
    {
        JsonObject root = Object(PipelineKeys.Root);
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "BatchFunctions pipeline",
            ["description"] = docs.OfPipeline(),
        };
        foreach ((string name, JsonNode? node) in root.ToArray())
        {
            root.Remove(name);
            schema[name] = node;
        }

        schema["$defs"] = new JsonObject
        {
            ["environment"] = new JsonObject
            {
                ["description"] = "A value with environment variables in it: ${NAME}, or ${NAME:-default}.",
                ["type"] = "string",
                ["pattern"] = @"\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}",
            },
        };
        return schema.ToJsonString(Indented) + "\n";
    }

    private JsonObject Object(KeyDescription type)
    {
        var properties = new JsonObject();
        foreach (KeyDescription key in type.Keys)
            properties[key.Name] = Key(key);
        var schema = new JsonObject { ["type"] = type.Required ? "object" : new JsonArray("object", "null"), ["properties"] = properties };
        if (type.Keys.Any(k => k.Required))
            schema["required"] = new JsonArray([.. type.Keys.Where(k => k.Required).Select(k => JsonValue.Create(k.Name))]);
        schema["additionalProperties"] = false;
        return schema;
    }

    private JsonObject Key(KeyDescription key)
    {
        (string meaning, string? defaults) = docs.Of(key);
        var schema = new JsonObject { ["description"] = defaults is null ? meaning : $"{meaning} Default: {defaults}." };
        foreach ((string name, JsonNode? node) in Value(key).ToArray())
            schema[name] = node?.DeepClone();
        if (DefaultOf(key) is { } value)
            schema["default"] = value;
        return schema;
    }

    private JsonObject Value(KeyDescription key) => key.Kind switch
    {
        KeyKind.Object => Object(key),
        KeyKind.Map => Map(key),
        KeyKind.List => List(key),
        KeyKind.Numbers or KeyKind.Items => ListOf(key, Value(key.Value!)),
        KeyKind.Text when key.Rules.Form is KeyForm.Plain or KeyForm.AnyText or KeyForm.Expression or KeyForm.Sql or KeyForm.AsOf => new JsonObject { ["type"] = "string", ["minLength"] = 1 },
        KeyKind.Text => OrEnvironment(new JsonObject { ["type"] = "string", ["pattern"] = PatternOf(key.Rules.Form) }),
        KeyKind.Word => OrEnvironment(new JsonObject { ["enum"] = new JsonArray([.. key.Words.Select(w => JsonValue.Create(w))]) }),
        KeyKind.Integer when key.Rules.Form == KeyForm.Bytes => OrEnvironment(Bounded("integer", key), new JsonObject { ["type"] = "string", ["pattern"] = SizeText.Pattern }),
        KeyKind.Integer when key.Rules.NullWord is { } word => OrEnvironment(Bounded("integer", key), new JsonObject { ["const"] = word }),
        KeyKind.Integer => OrEnvironment(Bounded("integer", key)),
        KeyKind.Number => OrEnvironment(Bounded("number", key)),
        KeyKind.Boolean => OrEnvironment(new JsonObject { ["type"] = "boolean" }),
        _ => OrEnvironment(new JsonObject { ["type"] = "string", ["pattern"] = DurationText.Pattern }),
    };

    private JsonObject Map(KeyDescription key)
    {
        JsonObject value = Value(key.Value!);
        if (key.Value!.Kind == KeyKind.Object)
            value["type"] = new JsonArray("object", "null");
        var schema = new JsonObject { ["type"] = new JsonArray("object", "null") };
        if (key.Rules.Names.Length > 0)
        {
            schema["properties"] = new JsonObject(key.Rules.Names.Select(n => KeyValuePair.Create(n, (JsonNode?)value.DeepClone())));
            schema["additionalProperties"] = false;
        }
        else
        {
            schema["additionalProperties"] = value;
        }

        if (key.Rules.NotEmpty)
            schema["minProperties"] = 1;
        return schema;
    }

    private static JsonObject List(KeyDescription key)
    {
        var schema = new JsonObject
        {
            ["type"] = "array",
            ["items"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") },
            ["uniqueItems"] = true,
        };
        if (key.Rules.NotEmpty)
            schema["minItems"] = 1;
        return key.Rules.OrOne
            ? new JsonObject { ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "string", ["minLength"] = 1 }, schema) }
            : schema;
    }

    private static JsonObject ListOf(KeyDescription key, JsonObject item)
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = item };
        if (key.Rules.NotEmpty)
            schema["minItems"] = 1;
        return schema;
    }

    private static JsonObject Bounded(string type, KeyDescription key)
    {
        var schema = new JsonObject { ["type"] = type };
        if (!double.IsNaN(key.Rules.Min))
            schema[key.Rules.AboveMin ? "exclusiveMinimum" : "minimum"] = key.Rules.Min;
        if (!double.IsNaN(key.Rules.Max))
            schema["maximum"] = key.Rules.Max;
        return schema;
    }

    private static JsonObject OrEnvironment(params JsonObject[] alternatives) =>
        new() { ["anyOf"] = new JsonArray([.. alternatives, new JsonObject { ["$ref"] = "#/$defs/environment" }]) };

    private static string PatternOf(KeyForm form) => form switch
    {
        KeyForm.Name => TextForms.NamePattern,
        KeyForm.Table => TextForms.TablePattern,
        KeyForm.Model => "^([^@:\\s]+@[^@\\s]+|models:/.+)$",
        KeyForm.Schedule => "^\\s*\\S+(\\s+\\S+){5}\\s*$",
        KeyForm.Separator => "^([\\t -!#-~]|tab)$",
        KeyForm.Address => "^https?://",
        _ => ".",
    };

    /// <summary>A key's default as it would be written, or null where there is none.</summary>
    public static JsonNode? DefaultOf(KeyDescription key) => key switch
    {
        { Rules.NullWord: { } word } => word,
        { Default: null } or { Kind: KeyKind.Object or KeyKind.Map or KeyKind.List or KeyKind.Numbers or KeyKind.Items } => null,
        { Default: TimeSpan duration } => DurationText.Format(duration),
        { Default: Enum word } => PipelineKeys.Snake(word.ToString()),
        { Default: string text } => text,
        { Default: bool flag } => flag,
        { Default: double number } => number,
        _ => JsonValue.Create(Convert.ToInt64(key.Default, null)),
    };
}
