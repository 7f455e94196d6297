using System.Text.RegularExpressions;
using System.Xml.Linq;
using BatchFunctions.Pipelines;
using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Tests.Pipelines.Reference;

/// <summary>What the definition types' documentation says of each key.</summary>
internal sealed partial class KeyDocs
{
    private readonly Dictionary<string, XElement> _summaries = XDocument
        .Load(Path.Combine(AppContext.BaseDirectory, "BatchFunctions.xml"))
        .Descendants("member")
        .Where(m => m.Element("summary") is not null)
        .ToDictionary(m => m.Attribute("name")!.Value, m => m.Element("summary")!);

    /// <summary>What a key means, and its default in words; null where none is said.</summary>
    public (string Meaning, string? Default) Of(KeyDescription key)
    {
        string text = Text($"P:{key.Property!.DeclaringType!.FullName}.{key.Property.Name}");
        int at = text.IndexOf("Default: ", StringComparison.Ordinal);
        return at < 0 ? (text, null) : (text[..at].Trim(), text[(at + "Default: ".Length)..].Trim().TrimEnd('.'));
    }

    /// <summary>What the pipeline file is.</summary>
    public string OfPipeline() => Text($"T:{typeof(PipelineDefinition).FullName}");

    private string Text(string member) => Spaces().Replace(string.Concat(_summaries[member].Nodes().Select(Flatten)), " ").Trim();

    private static string Flatten(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see => $"`{PipelineKeys.Snake(see.Attribute("cref")!.Value.Split('.')[^1])}`",
        _ => "",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
