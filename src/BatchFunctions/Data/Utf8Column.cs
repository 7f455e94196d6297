using System.Text;

namespace BatchFunctions.Data;

/// <summary>
/// A column of text as UTF-8 bytes end to end, with the end of each value. Values are appended in row order after
/// <see cref="Reset"/>; no string is made on the scoring path.
/// </summary>
public sealed class Utf8Column : Column
{
    private byte[] _bytes = [];
    private int[] _offsets = [0];
    private int _appended;

    internal Utf8Column(Field field)
        : base(field)
    {
    }

    /// <summary>All values' bytes, end to end.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _offsets[_appended]);

    /// <summary>Where each value starts in <see cref="Bytes"/>, and behind the last one where it ends; <see cref="Column.Length"/> + 1 long.</summary>
    public ReadOnlySpan<int> Offsets => _offsets.AsSpan(0, Length + 1);

    /// <summary>The bytes of the value at <paramref name="row"/>; empty where it is null.</summary>
    public ReadOnlySpan<byte> this[int row] => _bytes.AsSpan(_offsets[row], _offsets[row + 1] - _offsets[row]);

    /// <inheritdoc/>
    /// <remarks>The values must then be appended, one for each row, before they are read.</remarks>
    public override void Reset(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (_offsets.Length < length + 1)
            _offsets = new int[GrowthOf(_offsets.Length, length + 1)];
        _offsets[0] = 0;
        _appended = 0;
        Length = length;
        ResetNulls();
    }

    /// <summary>Appends the next row's value.</summary>
    public void Append(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Claim(value.Length));
        _offsets[_appended + 1] = _offsets[_appended] + value.Length;
        _appended++;
    }

    /// <summary>Appends the next row's value, encoded as UTF-8.</summary>
    public void Append(ReadOnlySpan<char> value)
    {
        Span<byte> room = Claim(Encoding.UTF8.GetMaxByteCount(value.Length));
        _offsets[_appended + 1] = _offsets[_appended] + Encoding.UTF8.GetBytes(value, room);
        _appended++;
    }

    /// <summary>Appends null as the next row's value.</summary>
    public void AppendNull()
    {
        _offsets[_appended + 1] = _offsets[_appended];
        SetNull(_appended);
        _appended++;
    }

    /// <summary>
    /// Room for at least <paramref name="length"/> more bytes behind the appended ones, to be written in place and then taken
    /// by <see cref="AppendClaimed"/>.
    /// </summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Memory"/>: The column would hold more than 2 GiB of text.</exception>
    public Span<byte> Claim(int length)
    {
        int used = _offsets[_appended];
        if (_bytes.Length - used < length)
        {
            if ((long)used + length > Array.MaxLength)
                throw new BatchFunctionsException(ErrorKind.Memory, $"The column '{Field.Name}' holds more than 2 GiB of text in one batch.");
            Array.Resize(ref _bytes, GrowthOf(_bytes.Length, used + length));
        }

        return _bytes.AsSpan(used);
    }

    /// <summary>Appends the first <paramref name="length"/> bytes of the room that <see cref="Claim"/> gave as the next row's value.</summary>
    public void AppendClaimed(int length)
    {
        _offsets[_appended + 1] = _offsets[_appended] + length;
        _appended++;
    }

    /// <summary>Shortens the column to the values appended so far.</summary>
    public void TrimToAppended() => Length = _appended;

    /// <inheritdoc/>
    public override void Compact(ReadOnlySpan<int> rows)
    {
        int end = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            int start = _offsets[rows[i]], length = _offsets[rows[i] + 1] - start;
            if (start != end)
                _bytes.AsSpan(start, length).CopyTo(_bytes.AsSpan(end));
            _offsets[i] = end;
            end += length;
        }

        _offsets[rows.Length] = end;
        CompactNulls(rows);
        Length = _appended = rows.Length;
    }

    /// <summary>The value at <paramref name="row"/> as a string, or null.</summary>
    public string? GetString(int row) => IsNull(row) ? null : Encoding.UTF8.GetString(this[row]);

    /// <inheritdoc/>
    public override object? GetValue(int row) => GetString(row);
}
