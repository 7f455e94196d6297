using System.Text;
using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Tests.Pipelines.Reference;

/// <summary>Writes the tables of <c>docs/pipeline.md</c>: each key with what it takes, its default and its meaning.</summary>
internal sealed class ReferenceWriter(KeyDocs docs)
{
    public const string Start = "<!-- The tables below are written by a test from the definition types. -->\n";

    private readonly Dictionary<Type, string> _written = [];

    public string Write()
    {
        var text = new StringBuilder(Start);
        WriteTable(text, "The pipeline", PipelineKeys.Root, "");
        return text.ToString();
    }

    private void WriteTable(StringBuilder text, string title, KeyDescription type, string path)
    {
        text.Append($"\n### {title}\n\n| Key | Takes | Default | Meaning |\n|---|---|---|---|\n");
        foreach (KeyDescription key in type.Keys)
        {
            if ((key.Value ?? key) is { Kind: KeyKind.Object } mapping)
                _written.TryAdd(mapping.Type, PipelineKeys.Join(path, key.Name));
            (string meaning, string? defaults) = docs.Of(key);
            string @default = key switch
            {
                { Required: true } => "**required**",
                { Kind: KeyKind.Object, Default: not null } => "see below",
                _ => SchemaWriter.DefaultOf(key) is { } value ? $"`{value}`" : defaults ?? "none",
            };
            text.Append($"| `{key.Name}` | {Cell(Takes(key))} | {Cell(@default)} | {Cell(meaning)}{Same(key, PipelineKeys.Join(path, key.Name))} |\n");
        }

        foreach (KeyDescription key in type.Keys)
        {
            string at = PipelineKeys.Join(path, key.Name);
            if ((key.Value ?? key) is not { Kind: KeyKind.Object } mapping || _written[mapping.Type] != at)
                continue;
            if (key.Kind == KeyKind.Object)
                WriteTable(text, $"`{at}`", key, at);
            else
                WriteTable(text, key.Kind == KeyKind.Items ? $"`{at}[]`" : $"`{at}.*`", mapping, key.Kind == KeyKind.Items ? $"{at}[]" : $"{at}.*");
        }
    }

    private static string Takes(KeyDescription key)
    {
        KeyAttribute rules = key.Rules;
        string takes = key.Kind switch
        {
            KeyKind.Object => "a mapping",
            KeyKind.Map when rules.Names.Length > 0 => $"a mapping from {Words(rules.Names)} to a number",
            KeyKind.Map => $"a mapping from {rules.Item} to {(key.Value!.Kind == KeyKind.Object ? "rules" : "number")}",
            KeyKind.List when rules.OrOne => $"a {rules.Item}, or a list of {rules.Item}s",
            KeyKind.List or KeyKind.Items => $"a list of {rules.Item}s",
            KeyKind.Numbers => $"a list of numbers{Range(key.Value!)}",
            KeyKind.Word => Words(key.Words),
            KeyKind.Integer when rules.Form == KeyForm.Bytes => "bytes: a whole number, or with `B`, `KB`, `KiB`, `MB`, `MiB`, `GB`, `GiB`, `TB`, `TiB`",
            KeyKind.Integer => $"a whole number{Range(key)}",
            KeyKind.Number => $"a number{Range(key)}",
            KeyKind.Boolean => "`true` or `false`",
            KeyKind.Duration => "a duration",
            _ => rules.Form switch
            {
                KeyForm.Name => "a name",
                KeyForm.Model => "a model reference",
                KeyForm.Schedule => "a schedule",
                KeyForm.Separator => "one ASCII character, or `tab`",
                KeyForm.Address => "an http or https address",
                KeyForm.Table => "a table name",
                KeyForm.Expression => "an [expression](expressions.md)",
                KeyForm.Sql => "a query",
                KeyForm.AsOf => "a day, a time, a number, or `{date}`",
                _ => "text",
            },
        };
        return (rules.NullWord is { } word ? $"{takes}, or `{word}`" : takes) + (rules.Example is { } example ? $"; such as `{example}`" : "");
    }

    private static string Range(KeyDescription key) => (double.IsNaN(key.Rules.Min), double.IsNaN(key.Rules.Max)) switch
    {
        (false, false) when key.Rules.AboveMin => FormattableString.Invariant($", more than {key.Rules.Min:#,0} and at most {key.Rules.Max:#,0}"),
        (false, false) => FormattableString.Invariant($" from {key.Rules.Min:#,0} to {key.Rules.Max:#,0}"),
        (false, true) => FormattableString.Invariant($", {(key.Rules.AboveMin ? "more than" : "at least")} {key.Rules.Min:#,0}"),
        _ => "",
    };

    private static string Words(IReadOnlyList<string> words) => string.Join(", ", words.Select(w => $"`{w}`"));

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    // Keys of one type have one table.
    private string Same(KeyDescription key, string path) =>
        (key.Value ?? key) is { Kind: KeyKind.Object } mapping && _written[mapping.Type] is var first && first != path ? $" Keys as in `{first}`." : "";
}
