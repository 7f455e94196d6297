namespace BatchFunctions.Storage;

/// <summary>Paths with their symbolic links followed.</summary>
internal static class RealPath
{
    private const int MaxLinks = 40;

    /// <summary>
    /// The full path that <paramref name="path"/> leads to once every link in it is followed. What does not exist yet is kept as it
    /// is written.
    /// </summary>
    /// <exception cref="IOException">The links lead in circles.</exception>
    public static string Of(string path)
    {
        var links = 0;
        var pending = new Stack<string>();
        var current = Path.GetPathRoot(Path.GetFullPath(path))!;
        Push(pending, Path.GetFullPath(path)[current.Length..]);
        while (pending.TryPop(out var name))
        {
            if (name == "..")
            {
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }

            var next = Path.Combine(current, name);
            if (LinkTarget(next) is not { } target)
            {
                current = next;
                continue;
            }

            if (++links > MaxLinks)
                throw new IOException($"The symbolic links of '{path}' lead in circles.");
            if (Path.IsPathRooted(target))
            {
                current = Path.GetPathRoot(target)!;
                target = target[current.Length..];
            }

            Push(pending, target);
        }

        return current;
    }

    /// <summary>Where the link at <paramref name="path"/> points to, or null where there is no link.</summary>
    public static string? LinkTarget(string path) => new FileInfo(path).LinkTarget;

    /// <summary>Whether a full path is <paramref name="folder"/> or below it.</summary>
    public static bool IsWithin(string path, string folder)
    {
        var root = Path.TrimEndingDirectorySeparator(folder);
        return path.StartsWith(root, Comparison)
            && (path.Length == root.Length || Path.EndsInDirectorySeparator(root) || path[root.Length] == Path.DirectorySeparatorChar);
    }

    private static StringComparison Comparison =>
        OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private static void Push(Stack<string> pending, string relative)
    {
        var names = relative.Split(
            [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        for (var i = names.Length - 1; i >= 0; i--)
        {
            if (names[i] != ".")
                pending.Push(names[i]);
        }
    }
}
