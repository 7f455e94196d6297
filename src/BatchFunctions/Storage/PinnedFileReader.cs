namespace BatchFunctions.Storage;

/// <summary>An object that is a local file.</summary>
internal sealed class PinnedFileReader(PinnedFile file) : ObjectReader
{
    /// <inheritdoc/>
    public override ValueTask ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        cancellationToken.ThrowIfCancellationRequested();
        file.ReadExactly(offset, buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Dispose() => file.Dispose();
}
