using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using BatchFunctions.Data;

namespace BatchFunctions.Planning;

/// <summary>
/// Which keys a source path means on any date, and which date a key says: the reverse of <see cref="SourcePattern"/>, for files that come
/// before anyone has named a date.
/// </summary>
internal sealed class DatedSourcePattern
{
    private const char FirstHole = '\uE000';
    private static readonly DateOnly[] Probes = [new(2031, 11, 23), new(1998, 2, 5)];

    private readonly string _path;
    private readonly IReadOnlyList<string> _formats;
    private readonly Regex? _dates;
    private readonly ConcurrentDictionary<DateOnly, SourcePattern> _patterns = new();

    private DatedSourcePattern(string path, IReadOnlyList<string> formats, Regex? dates)
    {
        _path = path;
        _formats = formats;
        _dates = dates;
        int special = path.AsSpan().IndexOfAny(GlobCompiler.SpecialCharacters);
        Prefix = special < 0 ? path.TrimEnd('/') : path[..special];
        IsLiteral = special < 0;
    }

    /// <summary>What every matching key starts with.</summary>
    public string Prefix { get; }

    /// <summary>Whether the path is neither a glob nor dated: it names one file or one folder.</summary>
    public bool IsLiteral { get; }

    /// <summary>Reads a path.</summary>
    /// <param name="path">The path.</param>
    /// <param name="wantedBy">The key of the pipeline for which dates are read off names, for messages.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the path is malformed, or a date cannot be read back from the names that it makes.</exception>
    public static DatedSourcePattern Parse(string path, string wantedBy = "trigger.arrival")
    {
        _ = SourcePattern.Parse(path, Probes[0]);
        string[] formats = [.. SourcePattern.DateToken().Matches(path).Select(SourcePattern.FormatOf)];
        if (formats.Length == 0)
            return new DatedSourcePattern(path, formats, dates: null);
        if (!Probes.All(p => IsReadBack(formats, p)))
        {
            throw new BatchFunctionsException(
                ErrorKind.Request,
                $"The date of a file cannot be read off its name by the source path '{path}', which {wantedBy} needs. Write {{date}}, or a format with the year in it and digits only, such as {{date:yyyy/MM/dd}}.");
        }

        int hole = 0;
        string holed = SourcePattern.DateToken().Replace(path, _ => ((char)(FirstHole + hole++)).ToString()).TrimEnd('/');
        string[] holes = [.. formats.Select((f, i) => $"(?<d{i}>{DateFormatRegex.Of(f)})")];
        bool isGlob = holed.AsSpan().IndexOfAny(GlobCompiler.SpecialCharacters) >= 0;
        return new DatedSourcePattern(path, formats, GlobCompiler.Compile(holed, c => c - FirstHole is >= 0 and int i && i < holes.Length ? holes[i] : null, withFolders: !isGlob));
    }

    /// <summary>Whether the path means a file, on the date that its key says.</summary>
    /// <param name="key">The file's key.</param>
    /// <param name="format">The source's format, or null where the names tell.</param>
    /// <param name="date">The date, or null where the path has none.</param>
    public bool IsMatch(string key, FileFormat? format, out DateOnly? date)
    {
        date = null;
        if (_dates is not null)
        {
            Match match = _dates.Match(key);
            if (!match.Success || Read(_formats, [.. _formats.Select((_, i) => match.Groups[$"d{i}"].Value)]) is not { } said)
                return false;
            date = said;
        }

        // What a name that tells no format holds, no job could find out either.
        SourcePattern pattern = _patterns.GetOrAdd(date ?? DateOnly.MinValue, static (day, path) => SourcePattern.Parse(path, day), _path);
        return SnapshotReader.IsMeant(pattern, key, format) && (format is not null || SourcePattern.FormatOf(key) is not null);
    }

    private static bool IsReadBack(string[] formats, DateOnly date)
    {
        string[] texts = [.. formats.Select(f => date.ToString(f, CultureInfo.InvariantCulture))];
        return formats.Index().All(f => Regex.IsMatch(texts[f.Index], $@"^(?:{DateFormatRegex.Of(f.Item)})\z", RegexOptions.CultureInvariant))
            && Read(formats, texts) is { } read
            && read.Year == date.Year
            && formats.Index().All(f => read.ToString(f.Item, CultureInfo.InvariantCulture) == texts[f.Index]);
    }

    // All at once, so that {date:yyyy}/{date:MM} is one date.
    private static DateOnly? Read(IReadOnlyList<string> formats, IReadOnlyList<string> texts) =>
        DateTime.TryParseExact(
            string.Join('|', texts), string.Join("'|'", formats), CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out DateTime read)
            ? DateOnly.FromDateTime(read)
            : null;
}
