namespace BatchFunctions.Storage;

/// <summary>One version of an object, held open so that many reads of it cost no more than their bytes.</summary>
internal abstract class ObjectReader : IDisposable
{
    /// <summary>Reads bytes of the object into <paramref name="buffer"/>, filling it, as <see cref="IObjectStore.ReadAsync"/> does.</summary>
    public abstract ValueTask ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract void Dispose();
}
