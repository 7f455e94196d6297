using System.Runtime.InteropServices;
using System.Text;
using BatchFunctions.Data.Text;

namespace BatchFunctions.Data.Parquet;

/// <summary>Decodes values as text and reads each as a CSV file's cell is read: what is not of the type wanted is a fault.</summary>
/// <typeparam name="T">What a value becomes.</typeparam>
/// <typeparam name="TCell">How it is read.</typeparam>
internal sealed class ReadingDecoder<T, TCell>(ParquetColumn source, TextDecoder inner, IReadOnlyList<string> nulls) : ChunkDecoder(source)
    where T : unmanaged
    where TCell : struct, ICell<T>
{
    private readonly Utf8Column _texts = new(new Field(source.Name, DataType.String));
    private readonly byte[][] _nulls = [.. nulls.Select(n => Encoding.UTF8.GetBytes(n.Trim(' ', '\t')))];
    private byte[] _room = new byte[ByteFeed.Slack];

    public override void Start(ReadOnlyMemory<byte> bytes, in ParquetChunk chunk, int rows) => inner.Start(bytes, chunk, rows);

    public override void Decode(Column column, List<RecordFault> faults)
    {
        _texts.Reset(column.Length);
        inner.Decode(_texts, faults);

        Span<T> values = ((Column<T>)column).Values;
        for (int row = 0; row < values.Length; row++)
        {
            values[row] = default;
            ReadOnlySpan<byte> text = _texts.IsNull(row) ? default : _texts[row].Trim(" \t"u8);
            if (text.IsEmpty || IsNull(text))
            {
                column.SetNull(row);
            }
            else if (!TCell.TryRead(ref Padded(text), text.Length, out values[row]))
            {
                values[row] = default;
                column.SetNull(row);
                faults.Add(new RecordFault(
                    row, column.Field.Name, FaultCodes.WrongType, $"The value '{CsvCells.Show(_texts[row])}' cannot be read as {CsvCells.TypeName(column.Field.Type)}."));
            }
        }
    }

    public override void Release()
    {
        inner.Release();
        _texts.Release();
    }

    // A cell's reader looks at bytes behind the last one.
    private ref byte Padded(ReadOnlySpan<byte> text)
    {
        if (_room.Length < text.Length + ByteFeed.Slack)
            _room = new byte[2 * (text.Length + ByteFeed.Slack)];
        text.CopyTo(_room);
        return ref MemoryMarshal.GetArrayDataReference(_room);
    }

    private bool IsNull(ReadOnlySpan<byte> text)
    {
        foreach (byte[] value in _nulls)
            if (text.SequenceEqual(value))
                return true;
        return false;
    }
}
