using System.Text.RegularExpressions;
using BatchFunctions.Models;

namespace BatchFunctions.Pipelines.Loading;

/// <summary>Checks text values by their form.</summary>
internal static partial class TextForms
{
    /// <summary>The pattern of a pipeline's name.</summary>
    public const string NamePattern = "^[a-z0-9][a-z0-9_-]{0,63}$";

    /// <summary>The pattern of a table's name.</summary>
    public const string TablePattern = "^[A-Za-z][A-Za-z0-9_]*\\.[A-Za-z][A-Za-z0-9_]*$";

    /// <summary>What is wrong with <paramref name="text"/>, to follow the value in a sentence, or null where nothing is.</summary>
    public static string? Complaint(KeyForm form, string text) => form switch
    {
        KeyForm.AnyText or KeyForm.Expression => null,
        KeyForm.Separator => IsSeparator(text) ? null : "is no separator: write one ASCII character (no quote, no line break) in quotes, or tab",
        _ when string.IsNullOrWhiteSpace(text) => "is blank, but a value is needed",
        KeyForm.Sql => null,
        _ when text.AsSpan().ContainsAnyInRange('\0', '\x08') || text.Contains('\n') => "has control characters or line breaks in it",
        KeyForm.Name when !Name().IsMatch(text) => "is no name: write lower-case letters, digits, '-' and '_', starting with a letter or digit, 64 at most",
        KeyForm.Table when !Table().IsMatch(text) => "is no table name: write schema.table",
        KeyForm.Address when !Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("https" or "http") => "is no http or https address",
        KeyForm.Schedule => ScheduleText.Complaint(text),
        KeyForm.Model => ModelComplaint(text),
        KeyForm.AsOf when !AsOfText.IsValid(text) => "is neither a day (2026-02-08), a time (2026-02-08T10:00:00Z), a number nor {date}",
        _ => null,
    };

    /// <summary>Whether SQL can call a source so without quotes.</summary>
    public static bool IsTableName(string text) => SourceName().IsMatch(text);

    private static bool IsSeparator(string text) =>
        text == "tab" || (text is [var c] && char.IsAscii(c) && c is not ('"' or '\r' or '\n') && (c == '\t' || !char.IsControl(c)));

    private static string? ModelComplaint(string text)
    {
        try
        {
            ModelRequest.Parse(text);
            return null;
        }
        catch (BatchFunctionsException e)
        {
            string own = $"'{text}' ";
            return e.Message.StartsWith(own, StringComparison.Ordinal) ? e.Message[own.Length..].TrimEnd('.') : "is no model reference. Write name@version or name@approved";
        }
    }

    [GeneratedRegex(NamePattern, RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex SourceName();

    [GeneratedRegex(TablePattern, RegexOptions.CultureInvariant)]
    private static partial Regex Table();
}
