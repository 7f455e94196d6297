using System.Globalization;
using System.Text.RegularExpressions;

namespace BatchFunctions.Tables.Log;

/// <summary>The names inside <c>_delta_log</c>.</summary>
internal static partial class LogFileName
{
    public const string Folder = "_delta_log";
    public const string LastCheckpoint = "_delta_log/_last_checkpoint";

    /// <summary>The file of a version's commit, relative to the table.</summary>
    public static string OfCommit(long version) => string.Create(CultureInfo.InvariantCulture, $"{Folder}/{version:D20}.json");

    /// <summary>The file of a version's checkpoint, relative to the table.</summary>
    public static string OfCheckpoint(long version) => string.Create(CultureInfo.InvariantCulture, $"{Folder}/{version:D20}.checkpoint.parquet");

    /// <summary>What a file of the log is, or null for one that is neither a commit nor a checkpoint.</summary>
    /// <param name="name">The file's name inside the folder.</param>
    public static LogFile? Parse(string name)
    {
        if (Form().Match(name) is not { Success: true } match || !long.TryParse(match.Groups["version"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long version))
            return null;
        if (match.Groups["commit"].Success)
            return new LogFile(LogFileKind.Commit, version, name);
        return match.Groups["named"].Success
            ? new LogFile(LogFileKind.NamedCheckpoint, version, name)
            : new LogFile(LogFileKind.Checkpoint, version, name, match.Groups["parts"].Success ? int.Parse(match.Groups["parts"].ValueSpan, CultureInfo.InvariantCulture) : 1);
    }

    [GeneratedRegex(@"^(?<version>[0-9]{20})\.((?<commit>json)|checkpoint\.((?<part>[0-9]{10})\.(?<parts>[0-9]{10})\.)?parquet|checkpoint\.(?<named>[0-9a-f-]{36})\.(json|parquet))\z")]
    private static partial Regex Form();
}
