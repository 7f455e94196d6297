using BatchFunctions.Data.Parquet;
using CsCheck;
using Snappier;

namespace BatchFunctions.Tests.Data;

public sealed class SnappyTests
{
    private const int Guard = 256;

    private static readonly int[] Lengths = [3, 20, 100, 3000, 30_000];

    /// <summary>Bytes with repetitions near and far, short and long, in pieces that hardly repeat.</summary>
    private static readonly Gen<byte[]> Texts =
        from seed in Gen.Int
        from pieces in Gen.Int[0, 60]
        from longest in Gen.Int[0, Lengths.Length - 1]
        select Make(new Random(seed), pieces, Lengths[longest]);

    [Fact]
    public void What_is_compressed_decompresses_to_the_same_here_and_elsewhere()
    {
        SnappyEncoder encoder = new();
        Texts.Sample(
            text =>
            {
                byte[] compressed = new byte[SnappyEncoder.MaxLength(text.Length)];
                compressed = compressed[..encoder.Encode(text, compressed)];

                Assert.Equal(text, Decode(compressed, text.Length));
                Assert.Equal(text, Snappy.DecompressToArray(compressed));
            },
            iter: 400,
            threads: 1);
    }

    [Fact]
    public void What_was_compressed_elsewhere_decompresses_to_the_same() =>
        Texts.Sample(text => Assert.Equal(text, Decode(Snappy.CompressToArray(text), text.Length)), iter: 400, threads: 1);

    [Fact]
    public void The_same_text_gives_the_same_bytes_whatever_was_compressed_before() =>
        Gen.Select(Texts, Texts).Sample(
            (before, text) =>
            {
                SnappyEncoder used = new();
                used.Encode(before, new byte[SnappyEncoder.MaxLength(before.Length)]);
                byte[] first = new byte[SnappyEncoder.MaxLength(text.Length)], second = new byte[first.Length];

                Assert.Equal(first[..new SnappyEncoder().Encode(text, first)], second[..used.Encode(text, second)]);
            },
            iter: 100,
            threads: 1);

    [Fact]
    public void Damaged_bytes_are_refused_or_give_other_bytes_and_nothing_else_is_written() =>
        Gen.Select(Texts, Gen.Int).Sample(
            (text, seed) =>
            {
                Random random = new(seed);
                byte[] compressed = Snappy.CompressToArray(text);
                for (int i = 0; i < 20; i++)
                {
                    byte[] damaged = compressed[..(random.Next(3) == 0 ? random.Next(compressed.Length + 1) : compressed.Length)];
                    for (int flips = random.Next(4); flips > 0 && damaged.Length > 0; flips--)
                        damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                    Decode(damaged, text.Length);
                }
            },
            iter: 200,
            threads: 1);

    [Theory]
    [InlineData(new byte[] { }, 0)]
    [InlineData(new byte[] { 0x80 }, 0)]
    [InlineData(new byte[] { 1 }, 1)]
    [InlineData(new byte[] { 1, 0 }, 1)]
    [InlineData(new byte[] { 2, 0, 7 }, 2)]
    [InlineData(new byte[] { 1, 0, 7, 0, 7 }, 1)]
    [InlineData(new byte[] { 5, 0, 7, 1, 0 }, 5)]
    [InlineData(new byte[] { 5, 0, 7, 1, 2 }, 5)]
    [InlineData(new byte[] { 5, 0, 7, 1 }, 5)]
    [InlineData(new byte[] { 2, 252, 255, 255, 255, 255, 1, 2 }, 2)]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0, 1 }, 1)]
    public void Bytes_that_are_no_Snappy_of_that_length_are_refused(byte[] bytes, int length) => Assert.Null(Decode(bytes, length));

    /// <summary>The text, or null where it is refused; fails where a byte around it was written.</summary>
    private static byte[]? Decode(byte[] compressed, int length)
    {
        byte[] room = new byte[Guard + length + Guard];
        Array.Fill(room, (byte)0xA5);
        bool isSound = SnappyDecoder.TryDecode(compressed, room.AsSpan(Guard, length));
        Assert.Equal(-1, room.AsSpan(0, Guard).IndexOfAnyExcept((byte)0xA5));
        Assert.Equal(-1, room.AsSpan(Guard + length).IndexOfAnyExcept((byte)0xA5));
        return isSound ? room[Guard..^Guard] : null;
    }

    private static byte[] Make(Random random, int pieces, int longest)
    {
        List<byte> text = [];
        for (; pieces > 0; pieces--)
        {
            int length = random.Next(1, longest);
            if (text.Count == 0 || random.Next(3) == 0)
            {
                byte[] piece = new byte[length];
                random.NextBytes(piece);
                text.AddRange(piece);
            }
            else
            {
                int offset = random.Next(2) == 0 ? random.Next(1, Math.Min(text.Count, 40) + 1) : random.Next(1, text.Count + 1);
                for (int i = 0; i < length; i++)
                    text.Add(text[^offset]);
            }
        }

        return [.. text];
    }
}
