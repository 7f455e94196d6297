using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace BatchFunctions.Metrics;

/// <summary>
/// A sum of doubles without any rounding, so that it is the same in whatever order and grouping the terms come. A small
/// superaccumulator (Neal 2015, "Fast exact summation using small and large superaccumulators", section 3): the sum is held as
/// an integer in units of 2⁻¹⁰⁷⁴, in digits of 32 bits that may overlap until carries are passed on.
/// </summary>
internal sealed class ExactSum
{
    private const int Digits = 68;
    /// <summary>The exponent of the unit: the smallest positive double is 2⁻¹⁰⁷⁴.</summary>
    public const int UnitExponent = -1074;

    // A term adds less than 2^53 to a digit of 63 bits.
    private const int TermsBetweenCarries = 1 << 9;

    // 2^-500, written as its bits.
    private static readonly double SmallestSquared = BitConverter.Int64BitsToDouble((1023L - 500) << 52);

    private readonly long[] _digits = new long[Digits];
    private int _pending;

    /// <summary>Adds a finite number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not finite.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double term)
    {
        long bits = BitConverter.DoubleToInt64Bits(term);
        int exponent = (int)(bits >> 52) & 0x7FF;
        if (exponent == 0x7FF)
            throw new ArgumentOutOfRangeException(nameof(term), term, "A sum takes finite numbers only.");
        long mantissa = bits & 0xF_FFFF_FFFF_FFFF;
        if (exponent == 0)
            exponent = 1;
        else
            mantissa |= 1L << 52;
        int position = exponent - 1, digit = position >> 5, shift = position & 31;
        long low = (mantissa << shift) & 0xFFFF_FFFF, high = mantissa >> (32 - shift);
        long sign = bits >> 63;
        _digits[digit] += (low ^ sign) - sign;
        _digits[digit + 1] += (high ^ sign) - sign;
        if (++_pending == TermsBetweenCarries)
            Carry();
    }

    /// <summary>Adds the square of a number; squares below 2⁻¹⁰⁰⁰ count as zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not finite, or its square is not.</exception>
    public void AddSquare(double number)
    {
        if (Math.Abs(number) < SmallestSquared)
            return;
        double square = number * number;
        Add(square);
        double rest = Math.FusedMultiplyAdd(number, number, -square);
        if (rest != 0)
            Add(rest);
    }

    /// <summary>Adds all terms of another sum.</summary>
    public void Add(ExactSum other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Carry();
        other.Carry();
        for (int i = 0; i < Digits; i++)
            _digits[i] += other._digits[i];
        Carry();
    }

    /// <summary>The sum in units of 2⁻¹⁰⁷⁴.</summary>
    public BigInteger ToInteger()
    {
        Carry();
        BigInteger value = BigInteger.Zero;
        for (int i = Digits - 1; i >= 0; i--)
            value = (value << 32) + _digits[i];
        return value;
    }

    /// <summary>The sum as a hexadecimal integer times a power of two: <c>0x1fp-40</c>; the same sum gives the same text.</summary>
    public override string ToString()
    {
        BigInteger value = ToInteger();
        if (value.IsZero)
            return "0x0p0";
        BigInteger magnitude = BigInteger.Abs(value);
        int zeros = (int)BigInteger.TrailingZeroCount(magnitude);
        string hex = (magnitude >> zeros).ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        return $"{(value.Sign < 0 ? "-" : "")}0x{hex}p{zeros + UnitExponent}";
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is nothing of that kind.</exception>
    public static ExactSum Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ReadOnlySpan<char> rest = text;
        bool negative = rest is ['-', ..];
        if (negative)
            rest = rest[1..];
        int p = rest.IndexOf('p');
        if (!rest.StartsWith("0x") || p is < 3 or > 600
            || !BigInteger.TryParse("0" + rest[2..p].ToString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out BigInteger magnitude)
            || !int.TryParse(rest[(p + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int exponent)
            || exponent is < UnitExponent or > 1100)
            throw new FormatException($"'{text}' is no exact sum such as 0x1fp-40.");

        magnitude <<= exponent - UnitExponent;
        if (magnitude.GetBitLength() > (32 * Digits) - 1)
            throw new FormatException($"'{text}' is larger than any sum of doubles.");
        var sum = new ExactSum();
        for (int i = 0; i < Digits && !magnitude.IsZero; i++)
        {
            long digit = (long)(uint)(magnitude & uint.MaxValue);
            sum._digits[i] = negative ? -digit : digit;
            magnitude >>= 32;
        }

        return sum;
    }

    private void Carry()
    {
        long carry = 0;
        for (int i = 0; i < Digits - 1; i++)
        {
            long digit = _digits[i] + carry;
            carry = digit >> 32;
            _digits[i] = digit & 0xFFFF_FFFF;
        }

        _digits[Digits - 1] += carry;
        _pending = 0;
    }
}
