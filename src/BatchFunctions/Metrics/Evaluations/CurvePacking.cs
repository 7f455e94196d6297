using System.Buffers;
using System.Numerics;

namespace BatchFunctions.Metrics.Evaluations;

/// <summary>Writes a curve's bins in a few bytes each, so that a shard's commit record stays small.</summary>
internal static class CurvePacking
{
    private const int LongestInteger = 10;

    /// <summary>Packs a curve.</summary>
    public static CurveRecord Pack(OutcomeCurve curve)
    {
        CurveBin[] bins = curve.ToArray();
        ulong any = 0;
        foreach (CurveBin bin in bins)
            any |= bin.Key;
        int shift = bins.Length == 0 ? 0 : BitOperations.TrailingZeroCount(any);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(bins.Length * 3 * LongestInteger);
        int at = 0;
        ulong before = 0;
        foreach (CurveBin bin in bins)
        {
            ulong key = bin.Key >> shift;
            Write(bytes, ref at, key - before);
            Write(bytes, ref at, (ulong)bin.Negatives);
            Write(bytes, ref at, (ulong)bin.Positives);
            before = key;
        }

        byte[] packed = bytes[..at];
        ArrayPool<byte>.Shared.Return(bytes);
        return new CurveRecord { Limit = curve.Limit, Level = curve.Level, Shift = shift, Bins = packed };
    }

    /// <summary>The bins of a record, ascending.</summary>
    /// <exception cref="FormatException">They are none that were packed here.</exception>
    public static IEnumerable<CurveBin> Unpack(CurveRecord record)
    {
        if (record.Shift is < 0 or > 63)
            throw new FormatException("A curve's keys are shifted by 0 to 63 bits.");
        byte[] bytes = record.Bins;
        int at = 0;
        ulong key = 0;
        while (at < bytes.Length)
        {
            ulong distance = Read(bytes, ref at), negatives = Read(bytes, ref at), positives = Read(bytes, ref at);
            if (distance == 0 || distance > (ulong.MaxValue >> record.Shift) - key || (negatives | positives) > long.MaxValue || (negatives | positives) == 0)
                throw new FormatException("A curve's bins do not ascend, or hold no records.");
            key += distance;
            yield return new CurveBin(key << record.Shift, (long)negatives, (long)positives);
        }
    }

    private static void Write(byte[] bytes, ref int at, ulong number)
    {
        for (; number > 0x7F; number >>= 7)
            bytes[at++] = (byte)(number | 0x80);
        bytes[at++] = (byte)number;
    }

    private static ulong Read(byte[] bytes, ref int at)
    {
        ulong number = 0;
        for (int shift = 0; at < bytes.Length && shift < 64; shift += 7)
        {
            byte next = bytes[at++];
            number |= (ulong)(next & 0x7F) << shift;
            if (next <= 0x7F)
                return number;
        }

        throw new FormatException("A curve's bins end in the middle of a number.");
    }
}
