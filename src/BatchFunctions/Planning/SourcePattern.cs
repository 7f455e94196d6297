using System.Globalization;
using System.Text.RegularExpressions;
using BatchFunctions.Data;

namespace BatchFunctions.Planning;

/// <summary>
/// Which keys a source path means on a date: one key, everything below a folder, or what a glob matches (<c>*</c>, <c>**</c>, <c>?</c>,
/// <c>[…]</c>, <c>{a,b}</c>).
/// </summary>
public sealed partial class SourcePattern
{
    private readonly Regex? _glob;

    private SourcePattern(string text)
    {
        Text = text;
        var literal = text.AsSpan().IndexOfAny(GlobCompiler.SpecialCharacters);
        Prefix = literal < 0 ? text : text[..literal];
        _glob = literal < 0 ? null : GlobCompiler.Compile(text);
    }

    /// <summary>The path with its dates filled in, without a trailing '/'.</summary>
    public string Text { get; }

    /// <summary>Whether the path is a glob.</summary>
    public bool IsGlob => _glob is not null;

    /// <summary>What every matching key starts with: the path up to its first special character.</summary>
    public string Prefix { get; }

    /// <summary>Fills in the date and reads the glob.</summary>
    /// <param name="path">
    /// The path; <c>{date}</c> stands for <paramref name="date"/> as yyyy-MM-dd, <c>{date:FORMAT}</c> for it in a .NET date format.
    /// </param>
    /// <param name="date">The job's date.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the path is malformed.</exception>
    public static SourcePattern Parse(string path, DateOnly date)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new SourcePattern(DateToken().Replace(path, token => Format(token, date, path)).TrimEnd('/'));
    }

    /// <summary>The format that a file name's ending tells, with or without <c>.gz</c> for text; null where it tells none.</summary>
    public static FileFormat? FormatOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var isCompressed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        var ending = Path.GetExtension(isCompressed ? path[..^3] : path);
        return ending.ToUpperInvariant() switch
        {
            ".PARQUET" when !isCompressed => FileFormat.Parquet,
            ".CSV" or ".TSV" => FileFormat.Csv,
            ".JSONL" or ".NDJSON" => FileFormat.Jsonl,
            _ => null,
        };
    }

    /// <summary>
    /// Whether the path means <paramref name="key"/>: the key itself, a match of the glob, or, where there is no glob, something below
    /// the folder that no name starting with '_' or '.' leads to.
    /// </summary>
    public bool IsMatch(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key == Text || _glob is not null)
            return key == Text || _glob!.IsMatch(key);
        var start = Text.Length == 0 ? 0 : Text.Length + 1;
        return key.Length > start
            && key.StartsWith(Text, StringComparison.Ordinal)
            && (start == 0 || key[start - 1] == '/')
            && key[start] is not ('_' or '.')
            && key.IndexOf("/_", start, StringComparison.Ordinal) < 0
            && key.IndexOf("/.", start, StringComparison.Ordinal) < 0;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>The .NET date format of a match of <see cref="DateToken"/>.</summary>
    internal static string FormatOf(Match token) => token.Groups["format"] is { Success: true } group ? group.Value : "yyyy-MM-dd";

    /// <summary>Finds the date tokens of a path.</summary>
    [GeneratedRegex(@"\{date(?::(?<format>[^{}]*))?\}")]
    internal static partial Regex DateToken();

    private static string Format(Match token, DateOnly date, string path)
    {
        var format = FormatOf(token);
        try
        {
            if (date.ToString(format, CultureInfo.InvariantCulture) is { Length: > 0 } text && format.Length > 0)
                return text;
        }
        catch (FormatException)
        {
            // Told below, with the path.
        }

        throw new BatchFunctionsException(
            ErrorKind.Request, $"The source path '{path}' is malformed: '{format}' is no date format. Write {{date}}, or for instance {{date:yyyy/MM/dd}}.");
    }
}
