using NCrontab;

namespace BatchFunctions.Pipelines.Loading;

/// <summary>Checks NCRONTAB expressions: six fields, as Functions timers read them.</summary>
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
        if (parts.Length != Fields.Length)
            return $"has {parts.Length} fields, but six are needed: second, minute, hour, day, month, day of week"
                + (parts.Length == 5 ? "; write a 0 for the second in front" : "");
        for (int i = 0; i < parts.Length; i++)
            if (!CrontabField.TryParse(Fields[i].Kind, parts[i], _ => true, _ => false))
                return $"has '{parts[i]}' for the {Fields[i].Name}, which is none";
        CrontabSchedule? schedule = CrontabSchedule.TryParse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = true });
        if (schedule is null)
            return "is no NCRONTAB expression";

        // 28 years hold every combination of date, weekday and leap year.
        DateTime start = new(2000, 1, 1), end = start.AddYears(28);
        return schedule.GetNextOccurrence(start.AddSeconds(-1), end) >= end ? "names a day that no calendar has, so it would never start a job" : null;
    }
}
