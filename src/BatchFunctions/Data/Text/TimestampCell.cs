using System.Runtime.InteropServices;

namespace BatchFunctions.Data.Text;

/// <summary>
/// Points in time as ISO 8601 writes them: a date, then perhaps <c>T</c> or a space, hours and minutes, seconds, a fraction (cut to microseconds) and
/// a zone (<c>Z</c>, <c>+02</c>, <c>+0200</c>, <c>+02:00</c>). Without a zone it is UTC. Read as microseconds since 1970-01-01T00:00Z.
/// </summary>
internal readonly struct TimestampCell : ICell<long>
{
    private const long Second = 1_000_000;

    /// <inheritdoc/>
    public static bool TryRead(ref byte start, int length, out long value)
    {
        value = 0;
        if (length < DateCell.Length || !DateCell.TryRead(ref start, DateCell.Length, out int day))
            return false;
        value = day * 86_400L * Second;
        if (length == DateCell.Length)
            return true;
        ReadOnlySpan<byte> rest = MemoryMarshal.CreateReadOnlySpan(ref start, length)[DateCell.Length..];
        if (rest[0] is not ((byte)'T' or (byte)'t' or (byte)' ') || !TryReadTime(rest[1..], out long time, out int read))
            return false;
        if (!TryReadZone(rest[(1 + read)..], out long offset))
            return false;
        value += time - offset;
        return true;
    }

    private static bool TryReadTime(ReadOnlySpan<byte> text, out long time, out int read)
    {
        (time, read) = (0, 5);
        if (text.Length < 5 || text[2] != ':' || !TryReadPair(text, 0, 23, out int hours) || !TryReadPair(text, 3, 59, out int minutes))
            return false;
        time = ((hours * 60L) + minutes) * 60 * Second;
        if (text.Length == 5 || text[5] != ':')
            return true;
        if (!TryReadPair(text, 6, 59, out int seconds))
            return false;
        time += seconds * Second;
        read = 8;
        if (text.Length == 8 || text[8] is not ((byte)'.' or (byte)','))
            return true;
        long unit = Second;
        for (read = 9; read < text.Length && text[read] is >= (byte)'0' and <= (byte)'9'; read++)
        {
            unit /= 10;
            time += (text[read] - '0') * unit;
        }

        return read > 9;
    }

    private static bool TryReadZone(ReadOnlySpan<byte> text, out long offset)
    {
        offset = 0;
        if (text.IsEmpty || (text.Length == 1 && text[0] is (byte)'Z' or (byte)'z'))
            return true;
        if (text[0] is not ((byte)'+' or (byte)'-') || !TryReadPair(text, 1, 23, out int hours))
            return false;
        int minutes = 0;
        bool isWhole = text.Length switch
        {
            3 => true,
            5 => TryReadPair(text, 3, 59, out minutes),
            6 => text[3] == ':' && TryReadPair(text, 4, 59, out minutes),
            _ => false,
        };
        offset = ((hours * 60L) + minutes) * 60 * (text[0] == '-' ? -Second : Second);
        return isWhole;
    }

    private static bool TryReadPair(ReadOnlySpan<byte> text, int at, int most, out int value)
    {
        value = 0;
        return text.Length >= at + 2 && DateCell.TryReadPart(text.Slice(at, 2), out value) && value <= most;
    }
}
