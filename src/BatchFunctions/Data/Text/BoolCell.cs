using System.Runtime.InteropServices;
using System.Text;

namespace BatchFunctions.Data.Text;

/// <summary>Truth values: <c>true</c>, <c>false</c> in any letter case, <c>1</c>, <c>0</c>.</summary>
internal readonly struct BoolCell : ICell<bool>
{
    /// <inheritdoc/>
    public static bool TryRead(ref byte start, int length, out bool value)
    {
        ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpan(ref start, length);
        value = length == 1 ? start == '1' : length == 4;
        return length switch
        {
            1 => start is (byte)'0' or (byte)'1',
            4 => Ascii.EqualsIgnoreCase(text, "true"u8),
            5 => Ascii.EqualsIgnoreCase(text, "false"u8),
            _ => false,
        };
    }
}
