namespace BatchFunctions.Storage;

/// <summary>The files below a folder in the order of their keys, one folder in memory at a time.</summary>
internal static class LocalListing
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>The objects whose key starts with <paramref name="prefix"/>.</summary>
    /// <param name="prefix">The start of the keys.</param>
    /// <param name="locate">Gives the real path of a key; empty for the root.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public static IEnumerable<ObjectProperties> Of(string prefix, Func<string, string> locate, CancellationToken cancellationToken)
    {
        var folder = prefix[..(prefix.LastIndexOf('/') + 1)];
        return Walk(folder, prefix[folder.Length..], locate(folder.TrimEnd('/')), locate, [], cancellationToken);
    }

    /// <summary>The names of the folders in the folder at <paramref name="path"/>, in ordinal order.</summary>
    public static IReadOnlyList<string> FoldersIn(string path) =>
        [.. Entries(path, "").Where(e => e.Entry is DirectoryInfo).Select(e => e.Name.TrimEnd('/')).Order(StringComparer.Ordinal)];

    private static IEnumerable<ObjectProperties> Walk(
        string folder,
        string start,
        string path,
        Func<string, string> locate,
        IReadOnlyList<string> linked,
        CancellationToken cancellationToken)
    {
        foreach (var (name, entry) in Entries(path, start))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = folder + name.TrimEnd('/');
            if (entry is not DirectoryInfo)
            {
                if (Properties(key, entry, locate) is { } properties)
                    yield return properties;
                continue;
            }

            var below = entry.FullName;
            var links = linked;
            if (IsLink(entry))
            {
                below = locate(key);
                if (linked.Contains(below) || RealPath.IsWithin(RealPath.Of(path), below))
                {
                    throw new BatchFunctionsException(
                        ErrorKind.Request,
                        $"The symbolic link {entry.FullName} leads back to {below}, so that the files below it have no end. Remove the link.");
                }

                links = [.. linked, below];
            }

            foreach (var file in Walk(folder + name, "", below, locate, links, cancellationToken))
                yield return file;
        }
    }

    /// <summary>The names in a folder in the order of the keys that they lead to: a folder's name counts with its '/'.</summary>
    private static List<(string Name, FileSystemInfo Entry)> Entries(string path, string start)
    {
        var entries = new List<(string Name, FileSystemInfo Entry)>();
        try
        {
            foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos("*", Everything))
            {
                if (entry.Name.StartsWith('.') || !entry.Name.StartsWith(start, StringComparison.Ordinal))
                    continue;
                entries.Add((entry is DirectoryInfo ? entry.Name + '/' : entry.Name, entry));
            }
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            if (File.Exists(path))
                return [];
            throw FileErrors.Translate(exception, path, "cannot be listed");
        }

        entries.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return entries;
    }

    private static ObjectProperties? Properties(string key, FileSystemInfo entry, Func<string, string> locate)
    {
        try
        {
            var file = IsLink(entry) ? new FileInfo(locate(key)) : (FileInfo)entry;
            return file.Exists ? FileVersion.Of(file).ToProperties(key) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw FileErrors.Translate(exception, entry.FullName, "cannot be read");
        }
    }

    private static bool IsLink(FileSystemInfo entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
