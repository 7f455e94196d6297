using System.Globalization;

namespace BatchFunctions.Cli.Output;

/// <summary>Numbers and times as people read them, the same on every machine.</summary>
internal static class Words
{
    private static readonly string[] ByteUnits = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary><c>1,234,567</c>.</summary>
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 file</c>, <c>2 files</c>.</summary>
    public static string Count(long value, string noun) => $"{Number(value)} {noun}{(value == 1 ? "" : "s")}";

    /// <summary><c>0:07</c>, <c>12:34</c>, <c>1:02:03</c>, <c>3d 04:05</c>.</summary>
    public static string Time(TimeSpan time)
    {
        if (time < TimeSpan.Zero)
            time = TimeSpan.Zero;
        var format = time.TotalDays >= 1 ? @"d\d\ hh\:mm" : time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss";
        return time.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary><c>512 bytes</c>, <c>1.5 MiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        while (value >= 1024 && unit < ByteUnits.Length - 1)
            (value, unit) = (value / 1024, unit + 1);
        return unit == 0 ? Number(bytes) + " bytes" : value.ToString("0.0", CultureInfo.InvariantCulture) + " " + ByteUnits[unit];
    }

    /// <summary><c>2026-02-08 02:00:00Z</c>.</summary>
    public static string Moment(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
