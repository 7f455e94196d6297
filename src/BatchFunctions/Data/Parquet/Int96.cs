using System.Runtime.InteropServices;

namespace BatchFunctions.Data.Parquet;

/// <summary>A timestamp as Impala and old Spark write it.</summary>
/// <param name="Nanoseconds">Nanoseconds since midnight.</param>
/// <param name="JulianDay">The Julian day; 2,440,588 is 1970-01-01.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct Int96(long Nanoseconds, int JulianDay)
{
    private const int JulianDayOfUnixEpoch = 2_440_588;
    private const long MicrosecondsPerDay = 86_400_000_000;

    /// <summary>Microseconds since 1970-01-01T00:00Z, rounded down.</summary>
    public long ToMicroseconds() =>
        unchecked(((JulianDay - (long)JulianDayOfUnixEpoch) * MicrosecondsPerDay) + NanosToTimestamp.Floor(Nanoseconds, 1000));
}
