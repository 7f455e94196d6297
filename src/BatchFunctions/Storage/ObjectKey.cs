namespace BatchFunctions.Storage;

/// <summary>What may be a key: segments separated by '/', none empty, '.' or '..', so that no key leads out of its store.</summary>
internal static class ObjectKey
{
    /// <summary>The length that Azure allows.</summary>
    private const int MaxLength = 1024;

    /// <summary>Refuses what is no key.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>.</exception>
    public static void Validate(string key, string address)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length == 0)
            throw Refused(key, address, "it is empty");
        ValidatePrefix(key, address);
        if (key[^1] == '/')
            throw Refused(key, address, "it ends in '/'");
    }

    /// <summary>Refuses what cannot be a key to write to: names that start with '.' are invisible to listings.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>.</exception>
    public static void ValidateForWriting(string key, string address)
    {
        Validate(key, address);
        if (HasHiddenName(key, 0))
            throw Refused(key, address, "names that start with '.' are kept for files in the making; choose another name");
    }

    /// <summary>Refuses what cannot be the start of a key; empty is the start of every key.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>.</exception>
    public static void ValidatePrefix(string prefix, string address)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length > MaxLength)
            throw Refused(prefix, address, $"it is longer than {MaxLength} characters");
        if (prefix.AsSpan().IndexOfAny('\0', '\\') >= 0)
            throw Refused(prefix, address, "it holds a backslash or a NUL character; separate folders by '/'");
        var rest = prefix.AsSpan();
        while (rest.Length > 0)
        {
            var end = rest.IndexOf('/');
            var segment = end < 0 ? rest : rest[..end];
            if (segment.Length == 0)
                throw Refused(prefix, address, "it starts with '/' or has an empty name in it");
            if (segment is "." or "..")
                throw Refused(prefix, address, "'.' and '..' are not allowed in it");
            rest = end < 0 ? default : rest[(end + 1)..];
        }
    }

    /// <summary>Whether a name from <paramref name="start"/> on starts with '.'.</summary>
    public static bool HasHiddenName(string key, int start) =>
        (start < key.Length && key[start] == '.') || key.IndexOf("/.", start, StringComparison.Ordinal) >= 0;

    private static BatchFunctionsException Refused(string key, string address, string why) =>
        new(ErrorKind.Request, $"'{key.Replace("\0", "\\0", StringComparison.Ordinal)}' is not a valid name in {address}: {why}.");
}
