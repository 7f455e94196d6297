namespace BatchFunctions.Storage;

/// <summary>An object in the making: write to <see cref="Stream"/>, then commit it under a key, or dispose of it and it never was.</summary>
public abstract class StagedObject : IAsyncDisposable
{
    /// <summary>Where the content goes. Seekable and readable, so that a writer may look back at what it wrote.</summary>
    public abstract Stream Stream { get; }

    /// <summary>Makes the content an object, whole or not at all.</summary>
    /// <returns>The new object, or null where <paramref name="condition"/> did not hold.</returns>
    public abstract Task<ObjectProperties?> CommitAsync(string key, PutCondition condition, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
