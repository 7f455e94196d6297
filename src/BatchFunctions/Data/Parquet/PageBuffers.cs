using System.Buffers;

namespace BatchFunctions.Data.Parquet;

/// <summary>Memory that the decoders of one reader share; it grows to the largest page and stays.</summary>
internal sealed class PageBuffers : IDisposable
{
    private byte[] _page = [];
    private byte[] _scratch = [];

    public PageDecompressor Decompressor { get; } = new();

    /// <summary>Room for one decompressed page.</summary>
    public Memory<byte> Page(int length) => Room(ref _page, length);

    /// <summary>Room for what a decoder needs while it decodes one page.</summary>
    public Span<byte> Scratch(int length) => Room(ref _scratch, length).Span;

    /// <inheritdoc/>
    public void Dispose()
    {
        Decompressor.Dispose();
        Return(ref _page);
        Return(ref _scratch);
    }

    /// <summary>Room in memory that a decoder keeps for itself.</summary>
    public static Memory<byte> Room(ref byte[] memory, int length)
    {
        // Who asked before may still look at what was given.
        if (memory.Length < length)
            memory = ArrayPool<byte>.Shared.Rent(length);
        return memory.AsMemory(0, length);
    }

    /// <summary>Gives back what <see cref="Room"/> gave.</summary>
    public static void Return(ref byte[] memory)
    {
        if (memory.Length > 0)
            ArrayPool<byte>.Shared.Return(memory);
        memory = [];
    }
}
