using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using BatchFunctions.Expressions;

namespace BatchFunctions.Pipelines.Loading;

/// <summary>Turns the nodes of a pipeline file into <see cref="PipelineDefinition"/> by <see cref="PipelineKeys"/>, noting all that does not fit.</summary>
internal sealed partial class PipelineBinder(Problems problems)
{
    /// <summary>Values that came from the environment: key path → the text as it was written.</summary>
    public Dictionary<string, string> Templates { get; } = new(StringComparer.Ordinal);

    /// <summary>Where the conditions and queries stand: key path → their text.</summary>
    public Dictionary<string, YamlScalar> Expressions { get; } = new(StringComparer.Ordinal);

    /// <summary>Where the keys stand, by their paths.</summary>
    public Dictionary<string, Position> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>Binds the whole document.</summary>
    /// <returns>The definition; meaningless where there are problems.</returns>
    public PipelineDefinition? Bind(YamlNode root) => BindObject(PipelineKeys.Root, root, "") as PipelineDefinition;

    private object? Bind(KeyDescription key, YamlNode node, string path) => key.Kind switch
    {
        KeyKind.Object => BindObject(key, node, path),
        KeyKind.Map => BindMap(key, node, path),
        KeyKind.List => BindList(key, node, path),
        KeyKind.Numbers => BindNumberList(key, node, path),
        KeyKind.Items => BindItems(key, node, path),
        _ => BindScalar(key, node, path),
    };

    private object? BindObject(KeyDescription type, YamlNode node, string path)
    {
        if (node is not YamlMapping mapping)
            return Wrong(node, path, $"a mapping with the keys {Names(type)}");
        int before = problems.Count;
        object value = Activator.CreateInstance(type.Type)!;
        foreach ((YamlScalar name, YamlNode child) in mapping.Entries)
        {
            if (type.Find(name.Value) is not { } key)
            {
                problems.Add(name.At, UnknownKey(type, path, name));
                continue;
            }

            if (child is YamlScalar { IsNull: true } empty && !IsNullWord(key, empty))
            {
                if (key.Required)
                    problems.Add(empty.At, $"{PipelineKeys.Join(path, key.Name)} has no value{Such(key)}.");
                continue;
            }

            Places[PipelineKeys.Join(path, key.Name)] = name.At;
            if (Bind(key, child, PipelineKeys.Join(path, key.Name)) is { } bound)
                key.Property!.SetValue(value, bound);
        }

        foreach (KeyDescription key in type.Keys)
            if (key.Required && mapping.Find(key.Name) is null)
                problems.Add(mapping.At, $"{(path.Length == 0 ? "The pipeline" : path)} lacks the key '{key.Name}'{Such(key)}.");
        if (problems.Count == before)
            PipelineChecks.Check(value, mapping, path, problems);
        return value;
    }

    private object? BindMap(KeyDescription map, YamlNode node, string path)
    {
        if (node is not YamlMapping mapping)
            return Wrong(node, path, $"a mapping from {map.Rules.Item} to {(map.Value!.Kind == KeyKind.Object ? "rules" : "number")}{Such(map)}");
        if (map.Rules.NotEmpty && mapping.Entries.Count == 0)
            problems.Add(mapping.At, $"{path} is empty; write at least one {map.Rules.Item}, or remove the key.");
        return map.Value!.Kind == KeyKind.Number ? BindNumbers(map, mapping, path) : BindRules(map, mapping, path);
    }

    private OrderedDictionary<string, double> BindNumbers(KeyDescription map, YamlMapping mapping, string path)
    {
        var numbers = new OrderedDictionary<string, double>(StringComparer.Ordinal);
        string? last = null;
        foreach ((YamlScalar name, YamlNode child) in mapping.Entries)
        {
            string at = PipelineKeys.Join(path, name.Value);
            if (map.Rules.Names is { Length: > 0 } names && !names.Contains(name.Value))
            {
                problems.Add(name.At, $"{at} is no {map.Rules.Item} of '{path}'; {Meant(name.Value, names)}");
                continue;
            }

            if (string.IsNullOrWhiteSpace(name.Value))
                problems.Add(name.At, $"A {map.Rules.Item} of '{path}' has no name.");
            if (Bind(map.Value!, child, at) is not double number)
                continue;
            if (map.Rules.Ascending && last is not null && !(number > numbers[last]))
                problems.Add(child.At, $"{at} is {Show(child)}, which is not above {last}; write the {map.Rules.Item}s with ascending ends.");
            numbers[name.Value] = number;
            last = name.Value;
        }

        return numbers;
    }

    private IDictionary BindRules(KeyDescription map, YamlMapping mapping, string path)
    {
        var rules = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), map.Value!.Type), StringComparer.Ordinal)!;
        foreach ((YamlScalar name, YamlNode child) in mapping.Entries)
        {
            if (string.IsNullOrWhiteSpace(name.Value))
                problems.Add(name.At, $"A {map.Rules.Item} of '{path}' has no name.");
            if (child is YamlScalar { IsNull: true } && map.Value.Keys.FirstOrDefault(k => k.Required) is { } required)
                problems.Add(name.At, $"{PipelineKeys.Join(path, name.Value)} lacks the key '{required.Name}'{Such(required)}.");
            else if (child is YamlScalar { IsNull: true })
                rules[name.Value] = Activator.CreateInstance(map.Value.Type);
            else if (Bind(map.Value, child, PipelineKeys.Join(path, name.Value)) is { } rule)
                rules[name.Value] = rule;
        }

        return rules;
    }

    private string[]? BindList(KeyDescription list, YamlNode node, string path)
    {
        if (ItemsOf(list, node, path) is not { } nodes)
            return null;
        var items = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (YamlNode item in nodes)
        {
            if (item is not YamlScalar scalar)
                Wrong(item, $"An item of {path}", "text");
            else if (scalar.IsNull)
                problems.Add(item.At, $"An item of {path} has no value; write '' for blank text.");
            else if (TextForms.Complaint(list.Rules.Form, scalar.Value) is { } complaint)
                problems.Add(item.At, $"The {list.Rules.Item} {scalar.Shown} of {path} {complaint}.");
            else if (!seen.Add(scalar.Value))
                problems.Add(item.At, $"The {list.Rules.Item} {scalar.Shown} occurs twice in {path}; remove one.");
            else
                Note(scalar, $"{path}[{items.Count}]", items);
        }

        return [.. items];
    }

    private double[]? BindNumberList(KeyDescription list, YamlNode node, string path)
    {
        if (ItemsOf(list, node, path) is not { } items)
            return null;
        return [.. items.Select((item, i) => Bind(list.Value!, item, $"{path}[{i}]")).OfType<double>()];
    }

    private Array? BindItems(KeyDescription list, YamlNode node, string path)
    {
        if (ItemsOf(list, node, path) is not { } items)
            return null;
        object[] bound = [.. items.Select((item, i) => Bind(list.Value!, item, $"{path}[{i}]")).OfType<object>()];
        Array typed = Array.CreateInstance(list.Value!.Type, bound.Length);
        bound.CopyTo(typed, 0);
        return typed;
    }

    private IReadOnlyList<YamlNode>? ItemsOf(KeyDescription list, YamlNode node, string path)
    {
        if (list.Rules.OrOne && node is YamlScalar { IsNull: false })
            return [node];
        if (node is not YamlSequence sequence)
        {
            Wrong(node, path, list.Rules.OrOne ? $"a {list.Rules.Item} or a list of them{Such(list)}" : $"a list{Such(list)}");
            return null;
        }

        if (list.Rules.NotEmpty && sequence.Items.Count == 0)
            problems.Add(sequence.At, $"{path} is empty; write at least one {list.Rules.Item}, or remove the key.");
        return sequence.Items;
    }

    private void Note(YamlScalar scalar, string path, List<string> items)
    {
        if (scalar.FromEnvironment)
            Templates[path] = scalar.Written;
        items.Add(scalar.Value);
    }

    private object? BindScalar(KeyDescription key, YamlNode node, string path)
    {
        if (node is not YamlScalar scalar || (scalar.IsNull && !IsNullWord(key, scalar)))
            return Wrong(node, path, Expected(key));
        if (scalar.FromEnvironment)
            Templates[path] = scalar.Written;
        if (IsNullWord(key, scalar))
            return null;
        return key.Kind switch
        {
            KeyKind.Text => BindText(key, scalar, path),
            KeyKind.Word => BindWord(key, scalar, path),
            KeyKind.Integer => BindInteger(key, scalar, path),
            KeyKind.Number => BindNumber(key, scalar, path),
            KeyKind.Boolean => BindBoolean(key, scalar, path),
            _ => BindDuration(key, scalar, path),
        };
    }

    private string? BindText(KeyDescription key, YamlScalar scalar, string path)
    {
        if (TextForms.Complaint(key.Rules.Form, scalar.Value) is { } complaint)
        {
            // A form's complaint may quote parts of the value.
            problems.Add(scalar.At, scalar.FromEnvironment
                ? $"{path}: the value of {scalar.Shown} does not fit{Such(key)}."
                : $"{path}: {scalar.Shown} {complaint}.");
            return null;
        }

        if (key.Rules.Form == KeyForm.Expression)
            return BindExpression(scalar, path);
        if (key.Rules.Form == KeyForm.Sql)
            Expressions[path] = scalar;
        if (key.Rules.Form == KeyForm.Address && !scalar.FromEnvironment && new Uri(scalar.Value).UserInfo.Length > 0)
            problems.Add(scalar.At, $"{path} has a password in clear; put the address into an environment variable and write ${{NAME}}.");
        return key.Rules.Form == KeyForm.Separator && scalar.Value == "tab" ? "\t" : scalar.Value;
    }

    private string? BindExpression(YamlScalar scalar, string path)
    {
        Expressions[path] = scalar;
        if (Expression.Parse(scalar.Value, out ExpressionProblem problem) is not null)
            return scalar.Value;
        problems.Add(scalar.PlaceOf(problem.At), ExpressionPlaces.Describe(scalar, path, problem));
        return null;
    }

    private object? BindWord(KeyDescription key, YamlScalar scalar, string path)
    {
        string? name = Enum.GetNames(key.Type).FirstOrDefault(n => PipelineKeys.Snake(n) == scalar.Value);
        if (name is not null && key.Words.Contains(scalar.Value))
            return Enum.Parse(key.Type, name);
        problems.Add(scalar.At, scalar.FromEnvironment
            ? $"{path}: the value of {scalar.Shown} is none of {string.Join(", ", key.Words)}."
            : $"{path} is {scalar.Shown}; {Meant(scalar.Value, key.Words)}");
        return null;
    }

    private object? BindInteger(KeyDescription key, YamlScalar scalar, string path)
    {
        bool read = key.Rules.Form == KeyForm.Bytes
            ? SizeText.TryParse(scalar.Value, out long number)
            : long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && IsBare(scalar);
        if (!read)
            return Wrong(scalar, path, Expected(key));
        if (!InRange(key, number) || (key.Type == typeof(int) && number is < int.MinValue or > int.MaxValue))
            return OutOfRange(key, scalar, path);
        return key.Type == typeof(int) ? (object)(int)number : number;
    }

    private object? BindNumber(KeyDescription key, YamlScalar scalar, string path)
    {
        if (!IsBare(scalar) || !Number().IsMatch(scalar.Value))
            return Wrong(scalar, path, Expected(key));
        double number = double.Parse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(number) && InRange(key, number) ? number : OutOfRange(key, scalar, path);
    }

    private object? BindBoolean(KeyDescription key, YamlScalar scalar, string path) => scalar.Value switch
    {
        "true" or "True" or "TRUE" when IsBare(scalar) => true,
        "false" or "False" or "FALSE" when IsBare(scalar) => false,
        _ => Wrong(scalar, path, Expected(key)),
    };

    private object? BindDuration(KeyDescription key, YamlScalar scalar, string path)
    {
        if (!DurationText.TryParse(scalar.Value, out TimeSpan duration))
            return Wrong(scalar, path, Expected(key));
        return InRange(key, duration.TotalSeconds) ? duration : OutOfRange(key, scalar, path);
    }

    private object? Wrong(YamlNode node, string path, string expected)
    {
        string what = path.Length == 0 ? "The file" : path;
        problems.Add(node.At, $"{what} is {Show(node)}, but must be {expected}.");
        return null;
    }

    private object? OutOfRange(KeyDescription key, YamlScalar scalar, string path)
    {
        problems.Add(scalar.At, $"{path} is {Show(scalar)}, but must be {Range(key) ?? "a number that fits"}.");
        return null;
    }

    private static string Show(YamlNode node) => node switch
    {
        YamlScalar { FromEnvironment: true } s => $"the value of {s.Shown}",
        YamlScalar { IsNull: true } => "blank",
        YamlScalar { Quoted: true } s => $"the text {s.Shown}",
        YamlScalar s => s.Shown,
        YamlMapping => "a mapping",
        _ => "a list",
    };

    // A quoted value is text, but a reference to the environment often has to be quoted.
    private static bool IsBare(YamlScalar scalar) => !scalar.Quoted || scalar.FromEnvironment;

    private static bool IsNullWord(KeyDescription key, YamlScalar scalar) => key.Rules.NullWord is { } word && scalar.Value == word;

    private static bool InRange(KeyDescription key, double number) =>
        !(number < key.Rules.Min || number > key.Rules.Max || (key.Rules.AboveMin && number == key.Rules.Min));

    private static string Expected(KeyDescription key) => key.Kind switch
    {
        KeyKind.Text => $"text{Such(key)}",
        KeyKind.Word => $"one of {string.Join(", ", key.Words)}",
        KeyKind.Integer when key.Rules.Form == KeyForm.Bytes => "a number of bytes, such as 1048576 or 1MiB",
        KeyKind.Integer => $"a whole number{OrWord(key)}, without quotes",
        KeyKind.Number => "a number, without quotes",
        KeyKind.Boolean => "true or false, without quotes",
        _ => "a duration such as 500ms, 10s, 15m, 1h30m or 2d",
    };

    private static string? Range(KeyDescription key)
    {
        KeyAttribute r = key.Rules;
        string Written(double n) => key.Kind == KeyKind.Duration ? DurationText.Format(TimeSpan.FromSeconds(n)) : n.ToString("#,0.###", CultureInfo.InvariantCulture);
        return (double.IsNaN(r.Min), double.IsNaN(r.Max)) switch
        {
            (false, false) when r.AboveMin => $"more than {Written(r.Min)} and at most {Written(r.Max)}",
            (false, false) => $"from {Written(r.Min)} to {Written(r.Max)}{OrWord(key)}",
            (false, true) => r.AboveMin ? $"more than {Written(r.Min)}" : $"at least {Written(r.Min)}{OrWord(key)}",
            (true, false) => $"at most {Written(r.Max)}",
            _ => null,
        };
    }

    private static string OrWord(KeyDescription key) => key.Rules.NullWord is { } word ? $" or {word}" : "";

    private static string Such(KeyDescription key) => key.Rules.Example is { } example ? $", such as {example}" : "";

    private static string Names(KeyDescription type) => string.Join(", ", type.Keys.Select(k => k.Name));

    private static string Meant(string word, IReadOnlyCollection<string> words) =>
        NearestWord.Find(word, words) is { } near
            ? $"did you mean '{near}'? Allowed: {string.Join(", ", words)}."
            : $"write one of {string.Join(", ", words)}.";

    private static string UnknownKey(KeyDescription type, string path, YamlScalar name)
    {
        string shown = name.Shown.Trim('\'');
        string what = path.Length == 0 ? $"{shown} is no key of the pipeline" : $"{path}.{shown} is no key of '{path}'";
        if (NearestWord.Find(name.Value, type.Keys.Select(k => k.Name)) is { } near)
            return $"{what}; did you mean '{near}'?";
        string? elsewhere = PipelineKeys.All().Where(k => k.Key.Name == name.Value).Select(k => k.Path).FirstOrDefault();
        return $"{what}; its keys are {Names(type)}.{(elsewhere is null ? "" : $" Did you mean '{elsewhere}'?")}";
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
