using System.Text.Json;

namespace BatchFunctions.Data.Text;

/// <summary>A column of text; what is not a string is taken as its JSON text.</summary>
internal sealed class JsonTextColumn(Field field) : JsonColumn(field)
{
    /// <inheritdoc/>
    public override bool Decode(ReadOnlySpan<byte> record, Column column, int row)
    {
        Utf8Column texts = (Utf8Column)column;
        if (!Slot.IsEscaped)
        {
            texts.Append(Text(record));
            return true;
        }

        Utf8JsonReader reader = new(record.Slice(Slot.Start - 1, Slot.Length + 2));
        reader.Read();
        texts.AppendClaimed(reader.CopyString(texts.Claim(Slot.Length)));
        return true;
    }

    /// <inheritdoc/>
    public override void DecodeNull(Column column, int row) => ((Utf8Column)column).AppendNull();
}
