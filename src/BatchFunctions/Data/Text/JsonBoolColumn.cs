using System.Text.Json;

namespace BatchFunctions.Data.Text;

/// <summary>A column of truth values.</summary>
internal sealed class JsonBoolColumn(Field field) : JsonColumn(field)
{
    /// <inheritdoc/>
    public override bool Decode(ReadOnlySpan<byte> record, Column column, int row)
    {
        bool isBool = Slot.Token is JsonTokenType.True or JsonTokenType.False;
        ((Column<bool>)column).Values[row] = Slot.Token == JsonTokenType.True;
        if (!isBool)
            column.SetNull(row);
        return isBool;
    }
}
