using System.Globalization;

namespace BatchFunctions.Planning;

/// <summary>What a label means beyond its spelling, so that <c>1</c>, <c>1.0</c>, <c>true</c> and <c>True</c> are one label.</summary>
internal static class LabelText
{
    /// <summary>The number that a label stands for, truth being 1 and falsehood 0; null where it stands for none.</summary>
    public static double? NumberOf(ReadOnlySpan<char> label)
    {
        if (label.Equals("true", StringComparison.OrdinalIgnoreCase))
            return 1;
        if (label.Equals("false", StringComparison.OrdinalIgnoreCase))
            return 0;
        return double.TryParse(label, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;
    }
}
