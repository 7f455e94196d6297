using System.Runtime.InteropServices;
using System.Text.Json;

namespace BatchFunctions.Data.Text;

/// <summary>A column of values that are read from the text of a number or of a string.</summary>
internal sealed class JsonColumn<T, TCell>(Field field, JsonTokenType token) : JsonColumn(field)
    where T : unmanaged
    where TCell : struct, ICell<T>
{
    /// <inheritdoc/>
    public override bool Decode(ReadOnlySpan<byte> record, Column column, int row)
    {
        ref T value = ref ((Column<T>)column).Values[row];
        ReadOnlySpan<byte> text = Text(record);
        if (Slot.Token == token && !text.IsEmpty && TCell.TryRead(ref MemoryMarshal.GetReference(text), text.Length, out value))
            return true;
        value = default;
        column.SetNull(row);
        return false;
    }
}
