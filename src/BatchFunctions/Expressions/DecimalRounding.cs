using System.Globalization;

namespace BatchFunctions.Expressions;

/// <summary>From decimals to doubles, rounded once; the conversion of the language rounds twice.</summary>
internal static class DecimalRounding
{
    // Powers of ten up to here are doubles.
    private const int ExactPower = 22;

    private static readonly double[] Powers = [.. Enumerable.Range(0, ExactPower + 1).Select(p => double.Parse($"1e{p}", CultureInfo.InvariantCulture))];

    /// <summary>The double nearest to <paramref name="value"/>, ties to even.</summary>
    public static double ToDouble(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        ulong low = (uint)bits[0] | ((ulong)(uint)bits[1] << 32);
        if (bits[2] == 0 && low <= 1UL << 53 && value.Scale <= ExactPower)
        {
            double magnitude = low / Powers[value.Scale];
            return bits[3] < 0 ? -magnitude : magnitude;
        }

        Span<byte> text = stackalloc byte[40];
        value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        return double.Parse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}
