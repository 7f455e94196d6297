using System.Text.Json;

namespace BatchFunctions.Data.Text;

/// <summary>The columns of JSON objects as far as they have been seen.</summary>
internal sealed class JsonSchemaGuess
{
    private readonly List<string> _names = [];
    private readonly Dictionary<string, DataType?> _types = new(StringComparer.Ordinal);

    /// <summary>Looks at one record.</summary>
    /// <exception cref="JsonException">It is not one JSON object; nothing of it is taken.</exception>
    public void Add(ReadOnlySpan<byte> record)
    {
        List<(string Name, DataType? Type)> found = [];
        Utf8JsonReader reader = new(record, JsonSlot.ReaderOptions);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("A line holds something other than an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = NameOf(reader);
            reader.Read();
            found.Add((name, TypeOf(reader)));
            reader.Skip();
        }

        reader.Read();
        foreach ((string name, DataType? type) in found)
        {
            if (!_types.TryGetValue(name, out DataType? before))
                _names.Add(name);
            _types[name] = Join(before, type);
        }
    }

    /// <summary>The columns seen; those that were always null are text.</summary>
    public Schema ToSchema() => new(_names.Select(name => new Field(name, _types[name] ?? DataType.String)));

    private static string NameOf(in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A property name is not valid text.", e);
        }
    }

    private static DataType? TypeOf(in Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.True or JsonTokenType.False => DataType.Bool,
        JsonTokenType.Number => reader.TryGetInt64(out _) ? DataType.Int64 : DataType.Float64,
        _ => DataType.String,
    };

    private static DataType? Join(DataType? a, DataType? b) => (a, b) switch
    {
        (null, _) => b,
        (_, null) => a,
        _ when a == b => a,
        (DataType.Int64, DataType.Float64) or (DataType.Float64, DataType.Int64) => DataType.Float64,
        _ => DataType.String,
    };
}
