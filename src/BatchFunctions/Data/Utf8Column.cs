using System.Numerics.Tensors;
using System.Text;

namespace BatchFunctions.Data;

/// <summary>
/// A column of text as UTF-8 bytes; no string is made on the scoring path. Values are appended in row order after <see cref="Reset"/>
/// and lie end to end, or rows refer to a dictionary's entries, so that whatever is done with a value is done once for each entry.
/// </summary>
public sealed class Utf8Column : Column
{
    private byte[] _bytes = [];
    private int[] _offsets = [];
    private ushort[] _entryOf = [];
    private GatheredEntries? _gathered;
    private int _appended;

    internal Utf8Column(Field field)
        : base(field) => Reset(0);

    /// <summary>What rows refer to, or null where the values lie end to end.</summary>
    internal TextEntries? Entries { get; private set; }

    /// <summary>The number of each row's entry, <see cref="Column.Length"/> long; 0 where it is null. Only where there are <see cref="Entries"/>.</summary>
    internal Span<ushort> EntryOf => _entryOf.AsSpan(0, Length);

    /// <summary>All values' bytes, end to end; only where there are no <see cref="Entries"/>.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _offsets[_appended]);

    /// <summary>Where each value starts in <see cref="Bytes"/>, and behind the last one where it ends; <see cref="Column.Length"/> + 1 long.</summary>
    internal ReadOnlySpan<int> Offsets => _offsets.AsSpan(0, Length + 1);

    /// <summary>The bytes of the value at <paramref name="row"/>; empty where it is null.</summary>
    public ReadOnlySpan<byte> this[int row] =>
        Entries is null ? _bytes.AsSpan(_offsets[row], _offsets[row + 1] - _offsets[row]) : Entries[_entryOf[row]];

    /// <inheritdoc/>
    /// <remarks>The values must then be appended, one for each row, before they are read.</remarks>
    public override void Reset(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Grow(ref _offsets, length + 1);
        _offsets[0] = 0;
        _appended = 0;
        Entries = null;
        Length = length;
        ResetNulls();
    }

    /// <inheritdoc/>
    internal override void Release()
    {
        Return(ref _offsets);
        Return(ref _entryOf);
        _bytes = [];
        Reset(0);
    }

    /// <summary>Makes the rows refer to <paramref name="entries"/>, which the caller keeps as they are until the next <see cref="Reset"/>.</summary>
    /// <returns><see cref="EntryOf"/>, undefined until the caller has filled it.</returns>
    internal Span<ushort> ReferTo(TextEntries entries)
    {
        Entries = entries;
        Grow(ref _entryOf, Length);
        return EntryOf;
    }

    /// <summary>Lays the first <paramref name="rows"/> values end to end; the others can then be appended.</summary>
    internal void Flatten(int rows)
    {
        if (Entries is not { } entries)
            return;
        Entries = null;
        _appended = 0;
        for (int row = 0; row < rows; row++)
            Append(entries[_entryOf[row]]);
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

    /// <summary>Room for the next rows' values, to be written in place and then taken by <see cref="AppendClaimedRows"/>.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="bytes">The most bytes that will be written.</param>
    /// <param name="ends">Where the end of each value goes, counted from <see cref="Bytes"/>' start.</param>
    /// <returns>The bytes from <see cref="Bytes"/>' start on, of which those behind the appended ones are room.</returns>
    internal Span<byte> ClaimRows(int rows, int bytes, out Span<int> ends)
    {
        Claim(bytes);
        ends = _offsets.AsSpan(_appended + 1, rows);
        return _bytes;
    }

    /// <summary>Appends the rows that <see cref="ClaimRows"/> gave room for.</summary>
    internal void AppendClaimedRows(int rows) => _appended += rows;

    /// <summary>Takes over rows of another column behind the <paramref name="at"/> rows that are here.</summary>
    /// <param name="at">The number of rows that are here.</param>
    /// <param name="from">The other column; its nulls are the caller's to mark.</param>
    /// <param name="start">The first row there.</param>
    /// <param name="count">How many rows.</param>
    internal void AppendRows(int at, Utf8Column from, int start, int count)
    {
        if (from.Entries is not null && (at == 0 || Entries is not null) && TryReferToThose(at, from, start, count))
            return;
        Flatten(at);
        if (from.Entries is not null)
        {
            for (int row = start; row < start + count; row++)
                Append(from[row]);
            return;
        }

        ReadOnlySpan<int> offsets = from.Offsets.Slice(start, count + 1);
        ReadOnlySpan<byte> bytes = from._bytes.AsSpan(offsets[0], offsets[^1] - offsets[0]);
        bytes.CopyTo(Claim(bytes.Length));
        TensorPrimitives.Add(offsets[1..], _offsets[_appended] - offsets[0], _offsets.AsSpan(_appended + 1, count));
        _appended += count;
    }

    private bool TryReferToThose(int at, Utf8Column from, int start, int count)
    {
        GatheredEntries gathered = _gathered ??= new GatheredEntries();
        if (at == 0)
            gathered.Clear();
        if (!gathered.TryAdd(from.Entries!, out ReadOnlySpan<ushort> here))
            return false;
        Span<ushort> target = (at == 0 ? ReferTo(gathered.Entries) : EntryOf).Slice(at, count);
        ReadOnlySpan<ushort> source = from.EntryOf.Slice(start, count);
        if (here.IsEmpty)
        {
            source.CopyTo(target);
            return true;
        }

        for (int i = 0; i < target.Length; i++)
            target[i] = here[source[i]];
        return true;
    }

    /// <inheritdoc/>
    public override void Compact(ReadOnlySpan<int> rows)
    {
        if (Entries is not null)
        {
            ushort[] entryOf = _entryOf;
            for (int i = 0; i < rows.Length; i++)
                entryOf[i] = entryOf[rows[i]];
            CompactNulls(rows);
            Length = rows.Length;
            return;
        }

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
