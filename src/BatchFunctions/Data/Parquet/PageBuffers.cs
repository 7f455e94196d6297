using System.Buffers;

namespace BatchFunctions.Data.Parquet;

/// <summary>Memory that the decoders of one reader share; it grows to the largest page and stays.</summary>
internal sealed class PageBuffers : IDisposable
{
    private byte[] _page = [];
    private byte[] _scratch = [];

    public PageDecompressor Decompressor { get; } = new();

    /// <summary>Room for one decompressed page.</summary>
    public Span<byte> Page(int length) => Room(ref _page, length);

    /// <summary>Room for what a decoder needs while it decodes one page.</summary>
    public Span<byte> Scratch(int length) => Room(ref _scratch, length);

    /// <inheritdoc/>
    public void Dispose()
    {
        Decompressor.Dispose();
        Return(ref _page);
        Return(ref _scratch);
    }

    private static Span<byte> Room(ref byte[] memory, int length)
    {
        // Who asked before may still look at what was given.
        if (memory.Length < length)
            memory = ArrayPool<byte>.Shared.Rent(length);
        return memory.AsSpan(0, length);
    }

    private static void Return(ref byte[] memory)
    {
        if (memory.Length > 0)
            ArrayPool<byte>.Shared.Return(memory);
        memory = [];
    }
}
