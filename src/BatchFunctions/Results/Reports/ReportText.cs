using System.Globalization;
using System.Text;
using BatchFunctions.Monitoring;
using BatchFunctions.Workflow;

namespace BatchFunctions.Results.Reports;

/// <summary>How the reports write numbers, times and words; the same in every culture.</summary>
internal static class ReportText
{
    /// <summary>A count with thousands separators.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A share of 0 to 1 as a percentage; what is not nothing is never shown as 0 %, nor what is not all as 100 %.</summary>
    public static string Percent(double share) => share switch
    {
        > 0 and < 0.0001 => "<0.01 %",
        < 1 and > 0.9999 => ">99.99 %",
        _ => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00} %"),
    };

    /// <summary>A score: up to six significant digits.</summary>
    public static string Score(double score) => score.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>A number of bytes.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
    };

    /// <summary>Where the model ran, and by whom: <c>cpu (cuda was asked for), by the scoring service</c>.</summary>
    public static string Where(RunMetadata metadata)
    {
        string asked = metadata.DeviceRequested is { } wanted && wanted != "auto" && wanted != metadata.Device ? $" ({wanted} was asked for)" : "";
        return $"on {metadata.Device}{asked}{(metadata.Tier == "container" ? " by the scoring service" : "")}";
    }

    /// <summary>A number of seconds.</summary>
    public static string Seconds(double seconds) => seconds < 60
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0##} s")
        : seconds < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 60} min {(int)seconds % 60} s")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 3600)} h {(int)(seconds / 60) % 60} min");

    /// <summary>A point in time, in UTC.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A status in words.</summary>
    public static string Status(JobStatus status) => status switch
    {
        JobStatus.SucceededWithWarnings => "Succeeded with warnings",
        _ => status.ToString(),
    };

    /// <summary>A reason for rejects in words.</summary>
    public static string Reason(string code) => code.Replace('_', ' ');

    /// <summary>Text from data, safe to print: characters that control a terminal or the direction of text, and broken ones, become '·'.</summary>
    public static string Plain(string text) =>
        text.EnumerateRunes().Any(IsUnsafe) ? string.Concat(text.EnumerateRunes().Select(r => IsUnsafe(r) ? "·" : r.ToString())) : text;

    /// <summary>A number of things.</summary>
    public static string Of(long count, string one, string? many = null) => $"{Count(count)} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary>The number of records against the last jobs, in a sentence.</summary>
    public static string Volume(VolumeSummary volume) => volume switch
    {
        { Median: null } => $"{Of(volume.Records, "record")}. There is no earlier job of this pipeline to compare with.",
        { Ratio: { } ratio } => string.Create(CultureInfo.InvariantCulture, $"{Of(volume.Records, "record")}, {ratio:0.###} times the median of the last {(volume.Runs.Count == 1 ? "job" : $"{volume.Runs.Count} jobs")} ({volume.Median:N0})."),
        _ => $"{Of(volume.Records, "record")}; the median of the last jobs is 0.",
    };

    // Broken surrogates come out as the replacement character; U+FFFE and U+FFFF are none that XML can hold.
    private static bool IsUnsafe(Rune rune) =>
        Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format || rune.Value is 0xFFFD or 0xFFFE or 0xFFFF;
}
