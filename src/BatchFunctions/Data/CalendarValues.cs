namespace BatchFunctions.Data;

/// <summary>Dates and timestamps as .NET has them; exact, and never an exception.</summary>
internal static class CalendarValues
{
    /// <summary>Tells the date of <paramref name="days"/> since 1970-01-01; false where .NET has no such date (years 1 to 9999).</summary>
    public static bool TryDate(int days, out DateOnly date)
    {
        long number = days + (long)DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        bool fits = number >= 0 && number <= DateOnly.MaxValue.DayNumber;
        date = fits ? DateOnly.FromDayNumber((int)number) : default;
        return fits;
    }

    /// <summary>Tells the time of <paramref name="microseconds"/> since 1970-01-01T00:00Z; false where .NET has no such time.</summary>
    public static bool TryTimestamp(long microseconds, out DateTime time)
    {
        long first = (DateTime.MinValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        long last = (DateTime.MaxValue - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        bool fits = microseconds >= first && microseconds <= last;

        // AddMicroseconds takes a double and is off by some microseconds far from 1970.
        time = fits ? DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond) : default;
        return fits;
    }
}
