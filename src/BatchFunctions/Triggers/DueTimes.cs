using NCrontab;

namespace BatchFunctions.Triggers;

/// <summary>Finds the times that a schedule names. All are UTC and whole seconds.</summary>
internal static class DueTimes
{
    /// <summary>The latest due time after <paramref name="after"/> and not after <paramref name="now"/>; null where there is none.</summary>
    public static DateTimeOffset? Latest(CrontabSchedule schedule, DateTimeOffset after, DateTimeOffset now)
    {
        DateTime low = WholeSecond(after), high = WholeSecond(now);
        if (low >= high || !IsDueIn(schedule, low, high))
            return null;

        // A schedule only runs forwards, and a due time a second and a gap of a month are too many to walk through.
        DateTime end = high;
        while ((high - low).Ticks > TimeSpan.TicksPerSecond)
        {
            DateTime middle = low.AddSeconds(Math.Floor((high - low).TotalSeconds / 2));
            if (IsDueIn(schedule, middle, end))
                low = middle;
            else
                high = middle;
        }

        return new DateTimeOffset(low.AddSeconds(1), TimeSpan.Zero);
    }

    private static bool IsDueIn(CrontabSchedule schedule, DateTime after, DateTime until) =>
        schedule.GetNextOccurrence(after, until.AddSeconds(1)) <= until;

    private static DateTime WholeSecond(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
}
