using System.Collections.Concurrent;

namespace BatchFunctions.Storage;

/// <summary>
/// Turns addresses into places in stores, as <see cref="StoreOptions"/> allow. One instance makes one client for the account and one
/// store for each container and folder, and is shared by all who need one.
/// </summary>
public sealed class StoreResolver : IStoreResolver
{
    private readonly BlobAccount _account;
    private readonly IReadOnlyList<string>? _localRoots;
    private readonly IReadOnlyList<(string Container, string Path)>? _blobRoots;
    private readonly TimeProvider _timeProvider;
    private readonly ConcurrentDictionary<(string Root, string Boundary), LocalObjectStore> _folders = new();

    /// <summary>Makes a resolver.</summary>
    /// <param name="options">Where addresses may lead. Default: anywhere, with the account of the environment.</param>
    /// <param name="timeProvider">The clock. Default: the system's.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: an allowed root is malformed.</exception>
    public StoreResolver(StoreOptions? options = null, TimeProvider? timeProvider = null)
    {
        options ??= new StoreOptions();
        _timeProvider = timeProvider ?? TimeProvider.System;
        _account = new BlobAccount(options);
        if (options.AllowedRoots is not { } roots)
            return;
        _localRoots = [.. roots.Where(root => StoreAddress.SchemeOf(root) is null or "file").Select(LocalRoot)];
        _blobRoots = [.. roots.Where(root => StoreAddress.SchemeOf(root) is not (null or "file")).Select(BlobRoot)];
    }

    /// <inheritdoc/>
    public StoreLocation Resolve(string address, string baseFolder)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(baseFolder);
        if (string.IsNullOrWhiteSpace(address))
            throw new BatchFunctionsException(ErrorKind.Request, "An address is empty. Write a path, or azure://container/folder.");
        if (address.Contains('\0', StringComparison.Ordinal))
            throw StoreAddress.Malformed(address, "it holds a NUL character");
        return StoreAddress.SchemeOf(address) switch
        {
            null when IsBelowBlobs(address, baseFolder) => Below(baseFolder, address),
            null => ResolvePath(address, baseFolder),
            "file" => ResolvePath(StoreAddress.FilePath(address), baseFolder),
            "azure" => ResolveBlob(address, StoreAddress.Container(address)),
            "https" or "http" => ResolveBlob(address, StoreAddress.Blob(address, _account.Uri)),
            var other => throw StoreAddress.Malformed(
                address, $"{other}:// is not known; write a path, file:///…, azure://container/… or https://account.blob.core.windows.net/container/…"),
        };
    }

    private static bool IsBelowBlobs(string address, string baseFolder) =>
        StoreAddress.SchemeOf(baseFolder) is not (null or "file") && !Path.IsPathRooted(address);

    private StoreLocation Below(string baseFolder, string address)
    {
        var parent = Resolve(baseFolder, "");
        var relative = address.StartsWith("./", StringComparison.Ordinal) ? address[2..] : address;
        return Checked(parent.Below(relative is "." ? "" : relative.TrimEnd('/')), address);
    }

    private StoreLocation ResolveBlob(string address, (string Container, string Path) place)
    {
        if (_blobRoots is { } roots && !roots.Any(root => IsBelow(place, root)))
            throw Outside(address);
        return Checked(new StoreLocation(_account.Store(place.Container), place.Path), address);
    }

    /// <summary>Refuses '..' and the like, so that no place below an allowed one leads out of it.</summary>
    private static StoreLocation Checked(StoreLocation location, string address)
    {
        try
        {
            ObjectKey.ValidatePrefix(location.Path, location.Store.Address);
            return location;
        }
        catch (BatchFunctionsException exception)
        {
            throw new BatchFunctionsException(ErrorKind.Request, $"The address '{address}' is refused: {exception.Message}", exception);
        }
    }

    private StoreLocation ResolvePath(string address, string baseFolder)
    {
        if (Path.DirectorySeparatorChar == '/' && address.Contains('\\', StringComparison.Ordinal))
            throw StoreAddress.Malformed(address, "it holds a backslash; separate folders by '/'");
        var start = Path.GetFullPath(StoreAddress.SchemeOf(baseFolder) == "file" ? StoreAddress.FilePath(baseFolder) : baseFolder.Length == 0 ? "." : baseFolder);
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(address, start));
        var allowed = AllowedRoot(full, address);
        var (root, path) = Split(full, RealPath.IsWithin(full, start) ? start : Path.GetPathRoot(full)!);
        var isFolder = address.EndsWith('/') && !StoreAddress.IsPattern(path) && !path.Contains('=', StringComparison.Ordinal);
        if (isFolder || !RealPath.IsWithin(root, allowed))
            (root, path) = (full, "");
        var store = _folders.GetOrAdd((root, allowed), key => new LocalObjectStore(key.Root, key.Boundary, _timeProvider));
        return new StoreLocation(store, path);
    }

    /// <summary>
    /// Parts a path into the folder that becomes the store's root and the rest. The rest begins with the first name that is a pattern or
    /// a partition, since files are told apart by it, and has at least the last name, so that it may be a file or a folder.
    /// </summary>
    private static (string Root, string Path) Split(string full, string start)
    {
        var end = start.Length;
        while (end < full.Length)
        {
            var nameStart = full[end] == Path.DirectorySeparatorChar ? end + 1 : end;
            var next = full.IndexOf(Path.DirectorySeparatorChar, nameStart);
            var name = full.AsSpan(nameStart, (next < 0 ? full.Length : next) - nameStart);
            if (next < 0 || StoreAddress.IsPattern(name) || name.Contains('='))
                return (full[..Math.Max(end, Path.GetPathRoot(full)!.Length)], Key(full[nameStart..]));
            end = next;
        }

        return Path.GetDirectoryName(full) is { } parent ? (parent, Key(Path.GetFileName(full))) : (full, "");
    }

    private static string Key(string path) => Path.DirectorySeparatorChar == '/' ? path : path.Replace(Path.DirectorySeparatorChar, '/');

    /// <summary>The folder that the path and the links in it may not leave.</summary>
    private string AllowedRoot(string full, string address)
    {
        if (_localRoots is null)
            return Path.GetPathRoot(full)!;
        var root = _localRoots.Where(root => RealPath.IsWithin(full, root)).MaxBy(root => root.Length) ?? throw Outside(address);
        try
        {
            if (RealPath.IsWithin(RealPath.Of(full), RealPath.Of(root)))
                return root;
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw FileErrors.Translate(exception, address, "cannot be read");
        }

        throw Outside(address);
    }

    private static bool IsBelow((string Container, string Path) place, (string Container, string Path) root) =>
        place.Container == root.Container
        && (root.Path.Length == 0 || place.Path == root.Path || place.Path.StartsWith(root.Path + "/", StringComparison.Ordinal));

    private static string LocalRoot(string root) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(StoreAddress.SchemeOf(root) is null ? root : StoreAddress.FilePath(root)));

    private (string Container, string Path) BlobRoot(string root) =>
        StoreAddress.SchemeOf(root) == "azure" ? StoreAddress.Container(root) : StoreAddress.Blob(root, _account.Uri);

    private static BatchFunctionsException Outside(string address) => new(
        ErrorKind.Request,
        $"The address '{address}' leads out of the folders that are allowed here. Use a path below one of them, or have its folder added to the allowed roots.");
}
