using NCrontab;

namespace BatchFunctions.Pipelines.Loading;

/// <summary>Reads NCRONTAB expressions as Functions timers do: six fields, or five, which leave the second out and mean 0.</summary>
internal static class ScheduleText
{
    private static readonly (CrontabFieldKind Kind, string Name)[] Fields =
    [
        (CrontabFieldKind.Second, "second"), (CrontabFieldKind.Minute, "minute"), (CrontabFieldKind.Hour, "hour"),
        (CrontabFieldKind.Day, "day"), (CrontabFieldKind.Month, "month"), (CrontabFieldKind.DayOfWeek, "day of week"),
    ];

    /// <summary>What is wrong with an expression, or null where nothing is.</summary>
    public static string? Complaint(string text)
    {
        string[] parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length is not (5 or 6))
            return $"has {parts.Length} fields, but six are needed: second, minute, hour, day, month, day of week; the second may be left out";
        (CrontabFieldKind Kind, string Name)[] fields = Fields[^parts.Length..];
        for (int i = 0; i < parts.Length; i++)
            if (!CrontabField.TryParse(fields[i].Kind, parts[i], _ => true, _ => false))
                return $"has '{parts[i]}' for the {fields[i].Name}, which is none";
        CrontabSchedule? schedule = CrontabSchedule.TryParse(text, OptionsFor(parts.Length));
        if (schedule is null)
            return "is no NCRONTAB expression";

        // 28 years hold every combination of date, weekday and leap year.
        DateTime start = new(2000, 1, 1), end = start.AddYears(28);
        return schedule.GetNextOccurrence(start.AddSeconds(-1), end) >= end ? "names a day that no calendar has, so it would never start a job" : null;
    }

    /// <summary>Reads an expression that <see cref="Complaint"/> has nothing to say about.</summary>
    public static CrontabSchedule Parse(string text) =>
        CrontabSchedule.Parse(text, OptionsFor(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length));

    private static CrontabSchedule.ParseOptions OptionsFor(int fields) => new() { IncludingSeconds = fields == 6 };
}
