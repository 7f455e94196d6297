using System.Globalization;
using BatchFunctions.Data;

namespace BatchFunctions.Models;

/// <summary>Reads a number that stands in a manifest as text, as the element type of a tensor.</summary>
internal static class ImputedNumber
{
    /// <summary>Reads <paramref name="text"/>; for integers and booleans the number is whole and in range.</summary>
    public static bool TryParse(string text, DataType type, out double value)
    {
        if (type is DataType.Bool && bool.TryParse(text, out bool truth))
        {
            value = truth ? 1 : 0;
            return true;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value) && type switch
        {
            DataType.Bool => value is 0 or 1,
            DataType.Int32 => double.IsInteger(value) && value is >= int.MinValue and <= int.MaxValue,
            DataType.Int64 => double.IsInteger(value) && Math.Abs(value) <= 1L << 53,
            DataType.Float32 => float.IsFinite((float)value),
            _ => true,
        };
    }
}
