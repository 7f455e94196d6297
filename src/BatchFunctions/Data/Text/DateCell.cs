using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BatchFunctions.Data.Text;

/// <summary>Dates as <c>yyyy-MM-dd</c>, read as days since 1970-01-01.</summary>
internal readonly struct DateCell : ICell<int>
{
    /// <summary>The length of a date as text.</summary>
    public const int Length = 10;

    private static readonly int Epoch = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <inheritdoc/>
    public static bool TryRead(ref byte start, int length, out int value)
    {
        value = 0;
        if (length != Length || Unsafe.Add(ref start, 4) != '-' || Unsafe.Add(ref start, 7) != '-')
            return false;
        ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpan(ref start, length);
        if (!TryReadPart(text[..4], out int year) || !TryReadPart(text[5..7], out int month) || !TryReadPart(text[8..], out int day))
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        value = new DateOnly(year, month, day).DayNumber - Epoch;
        return true;
    }

    /// <summary>Reads one to eight digits.</summary>
    public static bool TryReadPart(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = (value * 10) + digit - '0';
        }

        return !digits.IsEmpty;
    }
}
