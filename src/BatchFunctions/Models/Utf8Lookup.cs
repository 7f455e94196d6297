using System.Runtime.InteropServices;
using System.Text;

namespace BatchFunctions.Models;

/// <summary>Finds the position of a text in a fixed list by its UTF-8 bytes, without making a string. Immutable.</summary>
internal sealed class Utf8Lookup
{
    /// <summary>The position of what is not in the list.</summary>
    public const int Unknown = -1;

    private readonly byte[][] _keys;
    private readonly ulong[] _bits;
    private readonly int[] _slots;
    private readonly int _mask;

    /// <summary>Makes a lookup of <paramref name="keys"/>, which must differ from each other.</summary>
    public Utf8Lookup(IReadOnlyList<string> keys)
        : this([.. keys.Select(Encoding.UTF8.GetBytes)])
    {
    }

    /// <summary>Makes a lookup of <paramref name="keys"/> in UTF-8, which must differ from each other.</summary>
    public Utf8Lookup(IReadOnlyList<byte[]> keys)
    {
        _keys = [.. keys];
        _bits = [.. keys.Select(key => BitsOf(key))];
        // At most half full, so that a probe for what is not there soon meets an empty slot.
        _mask = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, 2 * _keys.Length)) - 1;
        _slots = new int[_mask + 1];
        for (int i = 0; i < _keys.Length; i++)
        {
            int slot = Hash(_bits[i], _keys[i].Length) & _mask;
            while (_slots[slot] != 0)
                slot = (slot + 1) & _mask;
            _slots[slot] = i + 1;
        }
    }

    /// <summary>The number of texts in the list.</summary>
    public int Count => _keys.Length;

    /// <summary>The position of <paramref name="text"/> in the list, or <see cref="Unknown"/>.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        ulong bits = BitsOf(text);
        for (int slot = Hash(bits, text.Length) & _mask; ; slot = (slot + 1) & _mask)
        {
            int index = _slots[slot] - 1;
            if (index < 0 || (_bits[index] == bits && _keys[index].Length == text.Length && (text.Length <= sizeof(ulong) || text.SequenceEqual(_keys[index]))))
                return index;
        }
    }

    // The categories of a model are few and chosen by its maker, so both ends and the length tell most of them apart; up to eight bytes, all of them. Two
    // halves overlap where the length is not that of both.
    private static ulong BitsOf(ReadOnlySpan<byte> text) => text.Length switch
    {
        > sizeof(ulong) => MemoryMarshal.Read<ulong>(text) + (0x9E3779B97F4A7C15 * MemoryMarshal.Read<ulong>(text[^sizeof(ulong)..])),
        >= sizeof(uint) => ((ulong)MemoryMarshal.Read<uint>(text) << 32) | MemoryMarshal.Read<uint>(text[^sizeof(uint)..]),
        >= sizeof(ushort) => ((ulong)MemoryMarshal.Read<ushort>(text) << 32) | MemoryMarshal.Read<ushort>(text[^sizeof(ushort)..]),
        1 => text[0],
        _ => 0,
    };

    private static int Hash(ulong bits, int length) => (int)(((bits + (ulong)length) * 0xD6E8FEB86659FD93) >> 33);
}
