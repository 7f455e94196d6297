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
    public void Dispose() => Decompressor.Dispose();

    private static Span<byte> Room(ref byte[] memory, int length)
    {
        if (memory.Length < length)
            memory = GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, Math.Max(length, memory.Length * 3L / 2)));
        return memory.AsSpan(0, length);
    }
}
