using System.Globalization;
using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Models;

/// <summary>
/// A mapping of a manifest: each key is asked for by name, what does not fit is noted, and the keys that nobody asked for are unknown ones.
/// </summary>
internal sealed class ManifestSection
{
    private readonly YamlMapping _mapping;
    private readonly string _path;
    private readonly Problems _problems;
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    private ManifestSection(YamlMapping mapping, string path, Problems problems) => (_mapping, _path, _problems) = (mapping, path, problems);

    /// <summary>Where the section stands.</summary>
    public Position At => _mapping.At;

    /// <summary>The names of the keys that are there, with their values.</summary>
    public IReadOnlyList<KeyValuePair<YamlScalar, YamlNode>> Entries => _mapping.Entries;

    /// <summary>Takes <paramref name="node"/> for a mapping.</summary>
    /// <returns>The section, or null where it is none; that is noted then.</returns>
    public static ManifestSection? Of(YamlNode node, string path, Problems problems)
    {
        if (node is YamlMapping mapping)
            return new(mapping, path, problems);
        problems.Add(node.At, $"{(path.Length == 0 ? "The manifest" : path)} must be a mapping of keys to values.");
        return null;
    }

    /// <summary>The value of a key, or null where it is absent or blank.</summary>
    public YamlNode? Find(string key)
    {
        _asked.Add(key);
        return _mapping.Find(key) is { } node and not YamlScalar { IsNull: true } ? node : null;
    }

    /// <summary>The section under a key, or null.</summary>
    public ManifestSection? Section(string key) => Find(key) is { } node ? Of(node, PathOf(key), _problems) : null;

    /// <summary>The text of a key, or null.</summary>
    public string? Text(string key) => Find(key) is { } node ? Text(node, PathOf(key), _problems) : null;

    /// <summary>The number of a key, or null.</summary>
    public double? Number(string key) => Find(key) is { } node ? Number(node, PathOf(key), _problems) : null;

    /// <summary>Whether a key is <c>true</c>, or null.</summary>
    public bool? Flag(string key)
    {
        switch (Find(key))
        {
            case null:
                return null;
            case YamlScalar { Quoted: false, Value: "true" or "false" } scalar:
                return scalar.Value == "true";
            case var node:
                _problems.Add(node.At, $"{PathOf(key)} must be true or false.");
                return null;
        }
    }

    /// <summary>The word of a key as a member of <typeparamref name="T"/>, or null.</summary>
    public T? Word<T>(string key, params ReadOnlySpan<T> words)
        where T : struct, Enum
    {
        if (Find(key) is not { } node || Text(node, PathOf(key), _problems) is not { } text)
            return null;
        string[] names = new string[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            names[i] = PipelineKeys.Snake(words[i].ToString());
            if (names[i] == text)
                return words[i];
        }

        _problems.Add(node.At, $"{PathOf(key)} is '{text}'{Meant(text, names)}; it is one of {string.Join(", ", names)}.");
        return null;
    }

    /// <summary>The texts of a key, or null.</summary>
    public IReadOnlyList<string>? Texts(string key) => List(key, (node, path) => Text(node, path, _problems));

    /// <summary>The numbers of a key, or null.</summary>
    public IReadOnlyList<double>? Numbers(string key) => List(key, (node, path) => Number(node, path, _problems) ?? double.NaN);

    /// <summary>The items of a key, each read by <paramref name="read"/>, or null; items that it gives no value for are left out.</summary>
    public IReadOnlyList<T>? List<T>(string key, Func<YamlNode, string, T?> read)
    {
        if (Find(key) is not { } node)
            return null;
        if (node is not YamlSequence sequence)
        {
            _problems.Add(node.At, $"{PathOf(key)} must be a list.");
            return null;
        }

        List<T> items = [];
        for (int i = 0; i < sequence.Items.Count; i++)
            if (read(sequence.Items[i], $"{PathOf(key)}[{i}]") is { } item)
                items.Add(item);
        return items;
    }

    /// <summary>Notes a problem with a key, or with the section where it has no such key.</summary>
    public void Complain(string key, string message) => _problems.Add(_mapping.PositionOf(key), $"{PathOf(key)} {message}");

    /// <summary>Notes the values of a key that occur twice.</summary>
    public void RefuseTwice(string key, IReadOnlyList<string>? values)
    {
        foreach (string value in values?.GroupBy(v => v, StringComparer.Ordinal).Where(g => g.Skip(1).Any()).Select(g => g.Key) ?? [])
            Complain(key, $"has '{value}' twice.");
    }

    /// <summary>Notes the keys that were not asked for.</summary>
    public void RefuseOthers()
    {
        foreach ((YamlScalar key, _) in _mapping.Entries)
            if (!_asked.Contains(key.Value))
                _problems.Add(key.At, $"There is no key {key.Shown}{(_path.Length == 0 ? "" : $" in {_path}")}{Meant(key.Value, _asked)}. Keys here are {string.Join(", ", _asked)}.");
    }

    /// <summary>The path of a key for messages.</summary>
    public string PathOf(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    /// <summary>Takes <paramref name="node"/> for text.</summary>
    public static string? Text(YamlNode node, string path, Problems problems)
    {
        if (node is YamlScalar { IsNull: false } scalar)
            return scalar.Value;
        problems.Add(node.At, $"{path} must be text or a number{(node is YamlScalar ? "; write '' for blank text" : "")}.");
        return null;
    }

    /// <summary>Takes <paramref name="node"/> for a finite number.</summary>
    public static double? Number(YamlNode node, string path, Problems problems)
    {
        if (node is YamlScalar { Quoted: false } scalar && double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
            return number;
        problems.Add(node.At, $"{path} must be a number.");
        return null;
    }

    private static string Meant(string word, IEnumerable<string> words) => NearestWord.Find(word, words) is { } near ? $" (did you mean '{near}'?)" : "";
}
