using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BatchFunctions.Data.Text;

/// <summary>
/// Gives every different text of a column a number, as long as there are few. Texts of up to 32 bytes are compared at once; nobody walks over
/// their bytes.
/// </summary>
internal sealed class TextInterner
{
    /// <summary>The longest text that is given a number.</summary>
    public const int LongestText = 64;

    private const int MostTexts = 4096;

    private Slot[] _slots = new Slot[32];

    /// <summary>The texts by number.</summary>
    public TextEntries Entries { get; } = new();

    /// <summary>The number of a text; 0 where it has none yet.</summary>
    /// <param name="start">The text's first byte; <see cref="ByteFeed.Slack"/> more bytes can be read behind the last.</param>
    /// <param name="length">Its length, at most <see cref="LongestText"/> for a text that has one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ref byte start, int length)
    {
        Vector256<byte> head = Head(ref start, length);
        ref Slot slots = ref MemoryMarshal.GetArrayDataReference(_slots);
        int mask = _slots.Length - 1;
        for (int at = Hash(head, length) & mask; ; at = (at + 1) & mask)
        {
            ref Slot slot = ref Unsafe.Add(ref slots, at);
            if (slot.Head == head && slot.Length == length && (length <= Vector256<byte>.Count || IsEntry(slot.Number, ref start, length)))
                return slot.Number;
            if (slot.Number == 0)
                return 0;
        }
    }

    /// <summary>Gives a text that has no number the next one; 0 where there are too many texts already, or it is too long.</summary>
    /// <param name="start">The text's first byte; <see cref="ByteFeed.Slack"/> more bytes can be read behind the last.</param>
    /// <param name="length">Its length.</param>
    public int TryAdd(ref byte start, int length)
    {
        if (length > LongestText || Entries.Count == MostTexts)
            return 0;
        if (2 * (Entries.Count + 1) > _slots.Length)
            Grow();
        int number = Entries.Add(MemoryMarshal.CreateReadOnlySpan(ref start, length));
        Place(new Slot(Head(ref start, length), length, number));
        return number;
    }

    // Bytes behind the text's end are none of it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Head(ref byte start, int length) =>
        Vector256.LoadUnsafe(ref start) & Vector256.GreaterThan(Vector256.Create((sbyte)Math.Min(length, Vector256<byte>.Count)), Vector256<sbyte>.Indices).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Hash(Vector256<byte> head, int length)
    {
        Vector128<ulong> half = (head.GetLower() ^ head.GetUpper()).AsUInt64();
        return (int)(((half[0] + ((half[1] + (ulong)length) * 0x9E3779B97F4A7C15)) * 0xD6E8FEB86659FD93) >> 40);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsEntry(int number, ref byte start, int length) => Entries[number].SequenceEqual(MemoryMarshal.CreateReadOnlySpan(ref start, length));

    private void Grow()
    {
        Slot[] old = _slots;
        _slots = new Slot[2 * old.Length];
        foreach (Slot slot in old)
            if (slot.Number != 0)
                Place(slot);
    }

    private void Place(Slot slot)
    {
        int mask = _slots.Length - 1, at = Hash(slot.Head, slot.Length) & mask;
        while (_slots[at].Number != 0)
            at = (at + 1) & mask;
        _slots[at] = slot;
    }

    private readonly record struct Slot(Vector256<byte> Head, int Length, int Number);
}
