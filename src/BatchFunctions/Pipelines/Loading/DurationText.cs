using System.Globalization;
using System.Text;

namespace BatchFunctions.Pipelines.Loading;

/// <summary>Durations as pipeline files write them: whole numbers with units, the largest first, such as <c>1h30m</c>.</summary>
internal static class DurationText
{
    /// <summary>The pattern of a duration, for the JSON schema.</summary>
    public const string Pattern = "^(?=[0-9])([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$";

    private static readonly (string Unit, long Milliseconds)[] Units =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    /// <summary>Reads a duration; at most 3650 days.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        decimal total = 0;
        int unit = 0, i = 0;
        while (i < text.Length)
        {
            int digits = i;
            while (i < text.Length && char.IsAsciiDigit(text[i]))
                i++;
            int letters = i;
            while (i < text.Length && char.IsAsciiLetter(text[i]))
                i++;
            if (letters == digits || letters - digits > 15)
                return false;
            string name = text[letters..i];
            while (unit < Units.Length && Units[unit].Unit != name)
                unit++;
            if (unit == Units.Length)
                return false;
            total += long.Parse(text.AsSpan(digits, letters - digits), NumberStyles.None, CultureInfo.InvariantCulture) * (decimal)Units[unit++].Milliseconds;
        }

        if (text.Length == 0 || total > 3650m * Units[0].Milliseconds)
            return false;
        duration = TimeSpan.FromMilliseconds((long)total);
        return true;
    }

    /// <summary>Writes a duration in the shortest form that <see cref="TryParse"/> reads.</summary>
    public static string Format(TimeSpan duration)
    {
        long rest = (long)duration.TotalMilliseconds;
        if (rest == 0)
            return "0s";
        var text = new StringBuilder();
        foreach ((string unit, long milliseconds) in Units)
        {
            if (rest >= milliseconds)
                text.Append(CultureInfo.InvariantCulture, $"{rest / milliseconds}{unit}");
            rest %= milliseconds;
        }

        return text.ToString();
    }
}
