using System.Buffers.Text;

namespace BatchFunctions.Cli.Demo;

/// <summary>A buffer of UTF-8 text that goes to a stream when it is nearly full.</summary>
internal sealed class Utf8Lines(Stream stream)
{
    private const int Capacity = 1 << 18;
    private const int LongestLine = 1 << 10;

    private readonly byte[] _buffer = new byte[Capacity];
    private int _length;

    public void Text(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(_buffer.AsSpan(_length));
        _length += utf8.Length;
    }

    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_length), out var written);
        _length += written;
    }

    /// <summary>Writes hundredths as a number with two decimals.</summary>
    public void Hundredths(long value)
    {
        Number(value / 100);
        Byte((byte)'.');
        var rest = (int)(value % 100);
        Byte((byte)('0' + (rest / 10)));
        Byte((byte)('0' + (rest % 10)));
    }

    public void Byte(byte value) => _buffer[_length++] = value;

    /// <summary>Ends a line, which has <see cref="LongestLine"/> bytes at most.</summary>
    public void EndLine()
    {
        Byte((byte)'\n');
        if (_length > Capacity - LongestLine)
            Flush();
    }

    public void Flush()
    {
        stream.Write(_buffer, 0, _length);
        _length = 0;
    }
}
