using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace BatchFunctions.Pipelines.Loading;

/// <summary>
/// Reads one YAML document as nodes that know where they stand. Aliases are read; merge keys, tags and further documents are
/// refused; size, nesting and what aliases multiply are limited.
/// </summary>
internal sealed class YamlDocumentReader
{
    private const int MaxBytes = 1 << 20;
    private const int MaxDepth = 32;
    private const int MaxNodes = 50_000;

    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private readonly Func<string, string?> _environment;
    private readonly Problems _problems;
    private readonly Parser _parser;
    private int _nodes;

    private YamlDocumentReader(string shielded, Func<string, string?> environment, Problems problems)
    {
        _environment = environment;
        _problems = problems;
        _parser = new Parser(new StringReader(shielded));
    }

    /// <summary>Reads <paramref name="text"/>.</summary>
    /// <returns>The document, or null where it cannot be read; why is then among <paramref name="problems"/>.</returns>
    public static YamlNode? Read(string text, Func<string, string?> environment, Problems problems)
    {
        if (Encoding.UTF8.GetByteCount(text) > MaxBytes)
        {
            problems.Add(new Position(1, 1), "The file is larger than 1 MiB, which no pipeline needs.");
            return null;
        }

        text = text.TrimStart('\uFEFF');
        if (EnvironmentTemplate.FindReserved(text) is >= 0 and int reserved)
        {
            ReadOnlySpan<char> before = text.AsSpan(0, reserved);
            problems.Add(new Position(before.Count('\n') + 1, reserved - before.LastIndexOf('\n')), $"The private character U+{(int)text[reserved]:X4} cannot be used here.");
            return null;
        }

        var reader = new YamlDocumentReader(EnvironmentTemplate.Shield(text), environment, problems);
        try
        {
            return reader.ReadStream();
        }
        catch (YamlException e)
        {
            problems.Add(Position.Of(e.Start), $"This is no YAML: {EnvironmentTemplate.Unshield(e.Message).TrimEnd('.')}. Text with any of : # {{ }} [ ] , needs quotes.");
            return null;
        }
        catch (RefusalException e)
        {
            problems.Add(e.At, e.Message);
            return null;
        }
    }

    private YamlNode? ReadStream()
    {
        Next<StreamStart>();
        if (Next() is not DocumentStart)
        {
            _problems.Add(new Position(1, 1), "The file is empty; a pipeline needs at least 'name', 'source' and 'model'.");
            return null;
        }

        YamlNode root = ReadNode(Next(), 0);
        Next<DocumentEnd>();
        if (Next() is DocumentStart second)
        {
            _problems.Add(Position.Of(second.Start), "A second document starts here; a pipeline file holds one.");
            return null;
        }

        return root;
    }

    private YamlNode ReadNode(ParsingEvent start, int depth)
    {
        Position at = Position.Of(start.Start);
        if (depth > MaxDepth)
            throw new RefusalException(at, $"The file nests more than {MaxDepth} levels deep.");
        if (start is NodeEvent { Tag: { IsEmpty: false } tag })
            _problems.Add(at, $"The tag '{(tag.IsNonSpecific ? "!" : tag.Value)}' has no meaning here; remove it.");

        YamlNode node = start switch
        {
            AnchorAlias alias => Resolve(alias, at),
            Scalar scalar => ReadScalar(scalar, at),
            SequenceStart => ReadSequence(at, depth),
            MappingStart => ReadMapping(at, depth),
            _ => throw new RefusalException(at, "The file ends where a value should be."),
        };
        if (start is NodeEvent { Anchor: { IsEmpty: false } anchor })
            _anchors[anchor.Value] = node;
        if (start is AnchorAlias or Scalar && (_nodes += node.Size) > MaxNodes)
            throw new RefusalException(at, $"The file holds more than {MaxNodes:N0} values, aliases counted as what they stand for.");
        return node;
    }

    private YamlNode Resolve(AnchorAlias alias, Position at) =>
        _anchors.TryGetValue(alias.Value.Value, out YamlNode? node)
            ? node
            : throw new RefusalException(at, $"'*{alias.Value.Value}' refers to no value that is complete here; write '&{alias.Value.Value}' before an earlier one.");

    private YamlScalar ReadScalar(Scalar scalar, Position at)
    {
        string written = EnvironmentTemplate.Unshield(scalar.Value);
        (string value, bool fromEnvironment) = EnvironmentTemplate.Fill(scalar.Value, _environment, name =>
            _problems.Add(at, $"The environment variable {name} is not set; set it, or write ${{{name}:-default}}."));
        if (EnvironmentTemplate.HasStray(scalar.Value))
            _problems.Add(at, "'${' starts an environment variable: write ${NAME} or ${NAME:-default}, or $${ for the characters themselves.");
        return new YamlScalar(at, value, written, fromEnvironment, scalar.Style is not ScalarStyle.Plain, value == scalar.Value ? TextPlace(scalar, at) : null);
    }

    private static Position? TextPlace(Scalar scalar, Position at)
    {
        int quotes = scalar.Style is ScalarStyle.Plain ? 0 : 1;
        bool isVerbatim = scalar.Start.Line == scalar.End.Line && scalar.End.Column - scalar.Start.Column == scalar.Value.Length + (2 * quotes);
        return isVerbatim ? at with { Column = at.Column + quotes } : null;
    }

    private YamlSequence ReadSequence(Position at, int depth)
    {
        var items = new List<YamlNode>();
        int size = 1;
        while (Next() is var e and not SequenceEnd)
        {
            YamlNode item = ReadNode(e, depth + 1);
            items.Add(item);
            size += item.Size;
        }

        return new YamlSequence(at, size, items);
    }

    private YamlMapping ReadMapping(Position at, int depth)
    {
        var entries = new List<KeyValuePair<YamlScalar, YamlNode>>();
        var seen = new Dictionary<string, Position>(StringComparer.Ordinal);
        int size = 1;
        while (Next() is var e and not MappingEnd)
        {
            YamlNode key = e is Scalar name
                ? new YamlScalar(Position.Of(name.Start), EnvironmentTemplate.Unshield(name.Value), EnvironmentTemplate.Unshield(name.Value), false, name.Style is not ScalarStyle.Plain)
                : ReadNode(e, depth + 1);
            YamlNode value = ReadNode(Next(), depth + 1);
            size += value.Size + 1;
            if (key is not YamlScalar scalar)
                _problems.Add(key.At, "A key is a single word, not a list or a mapping.");
            else if (scalar is { Value: "<<", Quoted: false })
                _problems.Add(key.At, "Merge keys ('<<') are not read; write the keys out, or use an alias for the whole value.");
            else if (scalar.Value.Contains("${", StringComparison.Ordinal))
                _problems.Add(key.At, "A key cannot come from the environment; only values can.");
            else if (!seen.TryAdd(scalar.Value, scalar.At))
                _problems.Add(key.At, $"The key {scalar.Shown} occurs twice; it stands already in line {seen[scalar.Value].Line}. Remove one.");
            else
                entries.Add(new(scalar, value));
        }

        return new YamlMapping(at, size, entries);
    }

    private ParsingEvent Next()
    {
        do
        {
            if (!MoveNext())
                throw new RefusalException(new Position(1, 1), "The file ends too early.");
        }
        while (_parser.Current is Comment);
        return _parser.Current!;
    }

    // The parser answers some broken flow syntax with exceptions that are none of its own.
    private bool MoveNext()
    {
        Position last = _parser.Current is { } current ? Position.Of(current.End) : new Position(1, 1);
        try
        {
            return _parser.MoveNext();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            throw new RefusalException(last, "This is no YAML from here on; look for a bracket, brace or quote that is missing or too many.");
        }
    }

    private void Next<T>()
        where T : ParsingEvent
    {
        if (Next() is not T)
            throw new RefusalException(Position.Of(_parser.Current!.Start), $"The YAML parser gave no {typeof(T).Name}.");
    }

    private sealed class RefusalException(Position at, string message) : Exception(message)
    {
        public Position At { get; } = at;
    }
}
