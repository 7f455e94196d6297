using System.Buffers;
using System.Collections;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace BatchFunctions.Pipelines.Loading;

/// <summary>Writes a definition in one fixed spelling, for its digest.</summary>
internal static class CanonicalPipeline
{
    /// <summary>Writes <paramref name="definition"/> as JSON with sorted keys; what equals its default is left out.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="templates">By key path, the text to write in place of a value that came from the environment.</param>
    public static string Write(PipelineDefinition definition, IReadOnlyDictionary<string, string> templates)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            WriteObject(json, PipelineKeys.Root, definition, "", templates);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteObject(Utf8JsonWriter json, KeyDescription type, object value, string path, IReadOnlyDictionary<string, string> templates)
    {
        json.WriteStartObject();
        foreach (KeyDescription key in type.Keys.OrderBy(k => k.Name, StringComparer.Ordinal))
        {
            string at = PipelineKeys.Join(path, key.Name);
            object? child = key.Property!.GetValue(value);
            if (templates.TryGetValue(at, out string? template))
                json.WriteString(key.Name, template);
            else if (child is not null && !IsDefault(key, child, at, templates))
            {
                json.WritePropertyName(key.Name);
                Write(json, key, child, at, templates);
            }
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, KeyDescription key, object value, string path, IReadOnlyDictionary<string, string> templates)
    {
        if (templates.TryGetValue(path, out string? template))
        {
            json.WriteStringValue(template);
            return;
        }

        switch (value)
        {
            case string text:
                json.WriteStringValue(text);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int or long:
                json.WriteNumberValue(Convert.ToInt64(value, null));
                break;
            case double number:
                json.WriteNumberValue(number);
                break;
            case TimeSpan duration:
                json.WriteStringValue(DurationText.Format(duration));
                break;
            case Enum word:
                json.WriteStringValue(PipelineKeys.Snake(word.ToString()));
                break;
            case IReadOnlyList<double> list:
                json.WriteStartArray();
                for (int i = 0; i < list.Count; i++)
                    Write(json, key.Value!, list[i], $"{path}[{i}]", templates);
                json.WriteEndArray();
                break;
            case IEnumerable items when key.Kind == KeyKind.Items:
                json.WriteStartArray();
                foreach ((int i, object item) in items.Cast<object>().Index())
                    WriteObject(json, key.Value!, item, $"{path}[{i}]", templates);
                json.WriteEndArray();
                break;
            case IReadOnlyList<string> list:
                json.WriteStartArray();
                for (int i = 0; i < list.Count; i++)
                    json.WriteStringValue(templates.GetValueOrDefault($"{path}[{i}]", list[i]));
                json.WriteEndArray();
                break;
            default:
                if (key.Kind == KeyKind.Map)
                    WriteMap(json, key, (IEnumerable)value, path, templates);
                else
                    WriteObject(json, key, value, path, templates);
                break;
        }
    }

    private static void WriteMap(Utf8JsonWriter json, KeyDescription key, IEnumerable entries, string path, IReadOnlyDictionary<string, string> templates)
    {
        var map = (IDictionary)entries;
        IEnumerable<(string, object)> pairs = map.Keys.Cast<string>().Select(name => (name, map[name]!));
        json.WriteStartObject();
        foreach ((string name, object value) in pairs.OrderBy(p => key.Rules.Ascending ? p.Item2 : null).ThenBy(p => p.Item1, StringComparer.Ordinal))
        {
            json.WritePropertyName(name);
            Write(json, key.Value!, value, PipelineKeys.Join(path, name), templates);
        }

        json.WriteEndObject();
    }

    private static bool IsDefault(KeyDescription key, object value, string path, IReadOnlyDictionary<string, string> templates) => key.Kind switch
    {
        KeyKind.Object => key.Default is not null && IsEmpty(key, value, path, templates),
        KeyKind.Map or KeyKind.Items or KeyKind.Numbers => !((IEnumerable)value).Cast<object>().Any(),
        KeyKind.List => ((IReadOnlyList<string>)value).Count == 0 && key.Default is not null,
        _ => value.Equals(key.Default),
    };

    // Nothing to write for it: the same as a key that is not there.
    private static bool IsEmpty(KeyDescription type, object value, string path, IReadOnlyDictionary<string, string> templates) =>
        type.Keys.All(k => PipelineKeys.Join(path, k.Name) is var at
            && !templates.ContainsKey(at)
            && (k.Property!.GetValue(value) is not { } child || IsDefault(k, child, at, templates)));
}
