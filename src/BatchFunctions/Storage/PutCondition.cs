namespace BatchFunctions.Storage;

/// <summary>When a write may take effect.</summary>
/// <param name="MustBeAbsent">The write takes effect only where there is no object yet; of several writers exactly one wins.</param>
/// <param name="ETag">The write takes effect only on this version of the object.</param>
public readonly record struct PutCondition(bool MustBeAbsent, string? ETag)
{
    /// <summary>The write always takes effect.</summary>
    public static PutCondition None => default;

    /// <summary>The write takes effect only where there is no object yet.</summary>
    public static PutCondition IfAbsent => new(true, null);

    /// <summary>The write takes effect only on the version <paramref name="etag"/> of the object.</summary>
    public static PutCondition IfMatch(string etag) => new(false, etag);
}
