using System.Globalization;

namespace BatchFunctions.Pipelines.Loading;

/// <summary>The forms of <c>as_of</c>.</summary>
internal static class AsOfText
{
    /// <summary>What stands for the job's date.</summary>
    public const string DateToken = "{date}";

    private const string DayFormat = "yyyy-MM-dd";

    /// <summary>Whether <paramref name="text"/> has one of them.</summary>
    public static bool IsValid(string text) => text == DateToken || TryDay(text, out _) || TryTime(text, out _) || TryNumber(text);

    /// <summary>Reads a day.</summary>
    public static bool TryDay(string text, out DateOnly day) => DateOnly.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    /// <summary>Reads a time; one without an offset counts as UTC.</summary>
    public static bool TryTime(string text, out DateTimeOffset time)
    {
        time = default;
        return text.Length > DayFormat.Length && TryDay(text[..DayFormat.Length], out _)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    /// <summary>Whether <paramref name="text"/> is a number.</summary>
    public static bool TryNumber(string text) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);
}
