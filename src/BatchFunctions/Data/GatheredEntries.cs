using System.IO.Hashing;

namespace BatchFunctions.Data;

/// <summary>
/// The entries of several dictionaries, each text once: those of files and row groups hold the same words in another order. One column owns one.
/// </summary>
internal sealed class GatheredEntries
{
    private int[] _slots = new int[256];
    private ulong[] _hashes = new ulong[129];
    private ushort[] _here = new ushort[129];
    private TextEntries? _mapped;
    private long _stamp;
    private bool _isSame;

    /// <summary>The entries.</summary>
    public TextEntries Entries { get; } = new();

    /// <summary>Forgets all entries.</summary>
    public void Clear()
    {
        Array.Clear(_slots);
        Entries.Clear();
        _mapped = null;
    }

    /// <summary>Takes in another dictionary.</summary>
    /// <param name="theirs">The other dictionary.</param>
    /// <param name="here">The number here of each of its entries, by its number there, until the next call; empty where each has the same here as there.</param>
    /// <returns>False where there would be too many entries.</returns>
    public bool TryAdd(TextEntries theirs, out ReadOnlySpan<ushort> here)
    {
        here = default;
        if (theirs != _mapped || theirs.Stamp != _stamp)
        {
            _mapped = null;
            if (_here.Length <= theirs.Count)
                Array.Resize(ref _here, Math.Max(theirs.Count + 1, 2 * _here.Length));
            _here[0] = 0;
            bool isSame = true;
            for (int number = 1; number <= theirs.Count; number++)
            {
                if ((_here[number] = FindOrAdd(theirs[number])) == 0)
                    return false;
                isSame &= _here[number] == number;
            }

            (_mapped, _stamp, _isSame) = (theirs, theirs.Stamp, isSame);
        }

        here = _isSame ? default : _here.AsSpan(0, theirs.Count + 1);
        return true;
    }

    // 0 where there is no room for another entry.
    private ushort FindOrAdd(ReadOnlySpan<byte> text)
    {
        ulong hash = XxHash3.HashToUInt64(text);
        int slot = SlotOf(hash);
        for (; _slots[slot] != 0; slot = Next(slot))
            if (_hashes[_slots[slot]] == hash && Entries[_slots[slot]].SequenceEqual(text))
                return (ushort)_slots[slot];
        if (Entries.Count == TextEntries.Most)
            return 0;
        int number = Entries.Add(text);
        if (2 * number > _slots.Length)
        {
            Grow();
            for (slot = SlotOf(hash); _slots[slot] != 0;)
                slot = Next(slot);
        }

        (_slots[slot], _hashes[number]) = (number, hash);
        return (ushort)number;
    }

    private void Grow()
    {
        _slots = new int[2 * _slots.Length];
        Array.Resize(ref _hashes, (_slots.Length / 2) + 1);
        for (int number = 1; number < Entries.Count; number++)
        {
            int slot = SlotOf(_hashes[number]);
            while (_slots[slot] != 0)
                slot = Next(slot);
            _slots[slot] = number;
        }
    }

    private int SlotOf(ulong hash) => (int)hash & (_slots.Length - 1);

    private int Next(int slot) => (slot + 1) & (_slots.Length - 1);
}
