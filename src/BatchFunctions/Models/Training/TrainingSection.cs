using System.Globalization;
using System.Text.Json;

namespace BatchFunctions.Models.Training;

/// <summary>A value of a training file, with its path for messages.</summary>
internal sealed class TrainingSection
{
    private readonly JsonElement _value;
    private readonly string _path;
    private readonly string _file;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public TrainingSection(JsonElement value, string path, string file) => (_value, _path, _file) = (value, path, file);

    public bool IsMapping => _value.ValueKind is JsonValueKind.Object;

    public bool IsNumber => _value.ValueKind is JsonValueKind.Number;

    public bool IsNull => _value.ValueKind is JsonValueKind.Null || (IsNumber && double.IsNaN(_value.GetDouble()));

    /// <summary>The names of a mapping's keys, in order.</summary>
    public IEnumerable<string> Keys => Mapping().EnumerateObject().Select(p => p.Name);

    /// <summary>The keys of a mapping that nobody asked for.</summary>
    public IReadOnlyList<string> Unasked => [.. Keys.Where(k => !_asked.Contains(k))];

    public bool Has(string key) => Mapping().TryGetProperty(key, out _);

    /// <summary>The value of a key, or null where there is none.</summary>
    public TrainingSection? Find(string key)
    {
        _asked.Add(key);
        return Mapping().TryGetProperty(key, out JsonElement value) ? new(value, _path.Length == 0 ? key : $"{_path}.{key}", _file) : null;
    }

    /// <summary>The value of a key.</summary>
    public TrainingSection Require(string key) => Find(key) ?? throw Refusal($"has no '{key}'");

    /// <summary>The items of a list.</summary>
    public IEnumerable<TrainingSection> Items() => _value.ValueKind is JsonValueKind.Array
        ? _value.EnumerateArray().Select((item, i) => new TrainingSection(item, $"{_path}[{i}]", _file))
        : throw Refusal("must be a list");

    /// <summary>The items of a list as texts.</summary>
    public IReadOnlyList<string> Texts() => [.. Items().Select(i => i.Text())];

    /// <summary>The value as text: a text itself, a number as it is written, true or false.</summary>
    public string Text() => _value.ValueKind switch
    {
        JsonValueKind.String => _value.GetString()!,
        JsonValueKind.Number => _value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => throw Refusal("must be text or a number"),
    };

    /// <summary>The value as a finite number.</summary>
    public double Number() => IsNumber && double.TryParse(_value.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
        ? number
        : throw Refusal("must be a number");

    /// <summary>The value as one of some words.</summary>
    public T Word<T>(params ReadOnlySpan<T> words)
        where T : struct, Enum
    {
        foreach (T word in words)
            if (word.ToString().Equals(Text(), StringComparison.OrdinalIgnoreCase))
                return word;
        throw Refusal($"is '{Text()}'; it is one of {string.Join(", ", words.ToArray()).ToLowerInvariant()}");
    }

    /// <summary>Refuses keys that are none of <paramref name="names"/>.</summary>
    public void RequireKeysAmong(IReadOnlyCollection<string> names)
    {
        foreach (string key in Keys)
            if (!names.Contains(key))
                throw Refusal($"has '{key}', which is none of the features{(NearestWord.Find(key, names) is { } near ? $" (did you mean '{near}'?)" : "")}");
    }

    public BatchFunctionsException Refusal(string what) => new(ErrorKind.Request, $"{_file}{(_path.Length == 0 ? "" : $": {_path}")} {what}.");

    private JsonElement Mapping() => IsMapping ? _value : throw Refusal("must be a mapping");
}
