using System.Globalization;
using System.Xml;

namespace BatchFunctions.Results.Reports;

/// <summary>
/// Writes HTML that is well-formed XML too. All text and every attribute is escaped; nothing that comes from data is written raw.
/// </summary>
internal sealed class HtmlWriter : IDisposable
{
    private static readonly HashSet<string> Void = ["meta", "br", "hr", "rect", "line", "path"];

    private readonly XmlWriter _xml;

    public HtmlWriter(TextWriter writer) => _xml = XmlWriter.Create(writer, new XmlWriterSettings
    {
        OmitXmlDeclaration = true,
        ConformanceLevel = ConformanceLevel.Fragment,
        NewLineHandling = NewLineHandling.None,
        CloseOutput = false,
    });

    /// <summary>Writes an element with what <paramref name="content"/> writes inside.</summary>
    public void Element(string name, Action? content = null, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        _xml.WriteStartElement(name);
        foreach ((string key, string value) in attributes)
            _xml.WriteAttributeString(key, ReportText.Plain(value));
        content?.Invoke();
        if (Void.Contains(name) && content is null)
            _xml.WriteEndElement();
        else
            _xml.WriteFullEndElement();
    }

    /// <summary>Writes an element with text inside.</summary>
    public void Text(string name, string text, params ReadOnlySpan<(string Name, string Value)> attributes) => Element(name, () => Text(text), attributes);

    /// <summary>Writes text.</summary>
    public void Text(string text) => _xml.WriteString(ReportText.Plain(text));

    /// <summary>Writes markup of our own that XML would escape: the document type and the style sheet.</summary>
    public void Raw(string markup) => _xml.WriteRaw(markup);

    /// <summary>A number for an attribute.</summary>
    public static string Number(double number) => Math.Round(number, 3).ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Dispose() => _xml.Dispose();
}
