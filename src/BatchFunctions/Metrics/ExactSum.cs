using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BatchFunctions.Metrics;

/// <summary>
/// A sum of doubles without any rounding, so that it is the same in whatever order and grouping the terms come. A small
/// superaccumulator (Neal 2015, "Fast exact summation using small and large superaccumulators", section 3): the sum is held as
/// an integer in units of 2⁻¹⁰⁷⁴, in digits of 32 bits that may overlap until carries are passed on.
/// </summary>
internal sealed class ExactSum
{
    private const int Digits = 68;

    // Numbers are added in blocks of so many, a power of two.
    private const int Block = 256;
    private const int BlockBits = 8;
    private const int MantissaBits = 52;

    // Below this, 2^1000, a block's sum is finite, and so is what parts it.
    private const long BlockLimit = (1023L + 1000) << MantissaBits;

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

    /// <summary>Adds finite numbers, several times as fast as one by one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not finite.</exception>
    public void Add(ReadOnlySpan<double> terms)
    {
        Span<double> block = stackalloc double[Block];
        for (; !terms.IsEmpty; terms = terms[Math.Min(Block, terms.Length)..])
        {
            ReadOnlySpan<double> some = terms[..Math.Min(Block, terms.Length)];
            some.CopyTo(block);
            block[some.Length..].Clear();
            AddBlock(block);
        }
    }

    /// <summary>Adds the squares of numbers, as <see cref="AddSquare"/> does.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is not finite, or its square is not.</exception>
    public void AddSquares(ReadOnlySpan<double> numbers)
    {
        Vector256<double> smallest = Vector256.Create(SmallestSquared);
        Span<double> squares = stackalloc double[Block], rests = stackalloc double[Block];
        for (; !numbers.IsEmpty; numbers = numbers[Math.Min(Block, numbers.Length)..])
        {
            ReadOnlySpan<double> some = numbers[..Math.Min(Block, numbers.Length)];
            some.CopyTo(squares);
            squares[some.Length..].Clear();
            for (int i = 0; i < Block; i += Vector256<double>.Count)
            {
                var number = Vector256.Create<double>(squares[i..]);
                number = Vector256.AndNot(number, Vector256.LessThan(Vector256.Abs(number), smallest).AsDouble());
                Vector256<double> square = number * number;
                square.CopyTo(squares[i..]);
                Vector256.FusedMultiplyAdd(number, number, -square).CopyTo(rests[i..]);
            }

            AddBlock(squares);
            AddBlock(rests);
        }
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

    /// <summary>
    /// Adds a block, which is used up. All terms are rounded to multiples of a number so large that their sum has no more than 53 bits and is exact
    /// (Rump, Ogita and Oishi 2008, "Accurate floating-point summation"); then what was rounded off, until nothing is left. That takes one pass for each 45 bits from
    /// the largest term's first to the last one of any.
    /// </summary>
    private void AddBlock(Span<double> block)
    {
        var largest = Vector256<long>.Zero;
        for (int i = 0; i < Block; i += Vector256<double>.Count)
            largest = Vector256.Max(largest, Vector256.Abs(Vector256.Create<double>(block[i..])).AsInt64());
        while (Largest(largest) is > 0 and long top)
        {
            if (top >= BlockLimit)
            {
                foreach (double term in block)
                    Add(term);
                return;
            }

            // 1.5 times 2^8 times the power of two below the largest term; a subnormal one is below 2^(its bits - 1074), and no grain needs to be finer than
            // the smallest number.
            long exponent = top >> MantissaBits is > 0 and long normal
                ? normal + BlockBits
                : Math.Max(1, 64 - BitOperations.LeadingZeroCount((ulong)top) - MantissaBits + BlockBits);
            Vector256<double> grain = Vector256.Create(BitConverter.Int64BitsToDouble((exponent << MantissaBits) | (1L << (MantissaBits - 1))));
            Vector256<double> sum = default;
            largest = default;
            for (int i = 0; i < Block; i += Vector256<double>.Count)
            {
                var term = Vector256.Create<double>(block[i..]);
                Vector256<double> rounded = (term + grain) - grain;
                Vector256<double> rest = term - rounded;
                sum += rounded;
                rest.CopyTo(block[i..]);
                largest = Vector256.Max(largest, Vector256.Abs(rest).AsInt64());
            }

            Add(Vector256.Sum(sum));
        }
    }

    private static long Largest(Vector256<long> bits) => Math.Max(Math.Max(bits[0], bits[1]), Math.Max(bits[2], bits[3]));

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
