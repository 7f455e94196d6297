using System.Globalization;
using System.Runtime.InteropServices;

namespace BatchFunctions.Data.Text;

/// <summary>Decimal numbers: digits with a sign, a point and an exponent; digits beyond the 28th or 29th are rounded.</summary>
internal readonly struct DecimalCell : ICell<decimal>
{
    /// <inheritdoc/>
    public static bool TryRead(ref byte start, int length, out decimal value)
    {
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpan(ref start, length);
        return decimal.TryParse(text, Styles, CultureInfo.InvariantCulture, out value) && !text.Contains((byte)0);
    }
}
