namespace BatchFunctions.Storage;

/// <summary>
/// Objects as files below a folder. Names that start with '.' are no objects: they are files in the making, which a rename makes
/// visible, whole. Symbolic links are followed as long as they stay within a boundary.
/// </summary>
public sealed class LocalObjectStore : IObjectStore, IObjectOpener
{
    private const string StagingPrefix = ".staged-";
    private const int MaxAttempts = 100;
    private static readonly TimeSpan CoarsestClock = TimeSpan.FromSeconds(2);

    private static readonly EnumerationOptions StagingFiles = new()
    {
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = true,
        RecurseSubdirectories = true,
    };

    private readonly string _boundary;
    private readonly bool _bounded;
    private readonly TimeProvider _timeProvider;

    /// <summary>A store of the files below a folder, which need not exist before the first write.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="boundary">
    /// The folder that symbolic links may not lead out of: <paramref name="root"/> or one above it; the file system's own root lets
    /// them lead anywhere. Default: <paramref name="root"/>.
    /// </param>
    /// <param name="timeProvider">The clock. Default: the system's.</param>
    public LocalObjectStore(string root, string? boundary = null, TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(root);
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        _boundary = boundary is null ? Root : Path.TrimEndingDirectorySeparator(Path.GetFullPath(boundary));
        if (!RealPath.IsWithin(Root, _boundary))
            throw new ArgumentException($"{Root} is not below {_boundary}.", nameof(boundary));
        _bounded = Path.GetPathRoot(_boundary) != _boundary;
        _timeProvider = timeProvider ?? TimeProvider.System;
        Address = Root.Replace(Path.DirectorySeparatorChar, '/').TrimEnd('/') + '/';
    }

    /// <summary>The full path of the folder.</summary>
    public string Root { get; }

    /// <inheritdoc/>
    public string Address { get; }

    /// <inheritdoc/>
    public Task<ObjectProperties?> FindAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectKey.Validate(key, Address);
        return Task.FromResult(Find(key, Locate(key)));
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectProperties> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        ObjectKey.ValidatePrefix(prefix, Address);
        return LocalListing.Of(prefix, Locate, cancellationToken).ToAsyncEnumerable();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken)
    {
        ObjectKey.ValidatePrefix(folder, Address);
        return Task.FromResult(LocalListing.FoldersIn(Locate(folder.TrimEnd('/'))));
    }

    /// <inheritdoc/>
    public ValueTask ReadAsync(string key, long offset, Memory<byte> buffer, string? etag, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        cancellationToken.ThrowIfCancellationRequested();
        ObjectKey.Validate(key, Address);
        using var file = PinnedFile.Open(Locate(key), etag);
        file.ReadExactly(offset, buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    ObjectReader IObjectOpener.Open(string key, string? etag)
    {
        ObjectKey.Validate(key, Address);
        return new PinnedFileReader(PinnedFile.Open(Locate(key), etag));
    }

    /// <inheritdoc/>
    public Task<Stream> OpenReadAsync(string key, long offset, long? length, string? etag, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        cancellationToken.ThrowIfCancellationRequested();
        ObjectKey.Validate(key, Address);
        var file = PinnedFile.Open(Locate(key), etag);
        var end = length is { } bytes ? offset + bytes : Math.Max(offset, file.Length);
        if (end > file.Length)
        {
            file.Dispose();
            throw file.TooShort(end);
        }

        return Task.FromResult<Stream>(new PinnedFileStream(file, offset, end));
    }

    /// <inheritdoc/>
    public async Task<ObjectProperties?> PutAsync(
        string key, ReadOnlyMemory<byte> content, PutCondition condition, CancellationToken cancellationToken)
    {
        ObjectKey.ValidateForWriting(key, Address);
        await using var staged = Stage(FolderOf(key));
        staged.Stream.Write(content.Span);
        return await staged.CommitAsync(key, condition, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<StagedObject> StageAsync(string folder, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentNullException.ThrowIfNull(folder);
        var trimmed = folder.TrimEnd('/');
        if (trimmed.Length > 0)
            ObjectKey.ValidateForWriting(trimmed, Address);
        return Task.FromResult<StagedObject>(Stage(trimmed));
    }

    /// <inheritdoc/>
    public async Task MoveAsync(string key, string newKey, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectKey.Validate(key, Address);
        ObjectKey.ValidateForWriting(newKey, Address);
        string source = Locate(key), target = Locate(newKey), folder = Path.GetDirectoryName(target)!;
        if (File.Exists(target) && (source == target || !File.Exists(source)))
            return;
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    if (attempt > 1)
                        Directory.CreateDirectory(folder);
                    using (await FolderLock.AcquireIfUsedAsync(folder, _timeProvider, cancellationToken))
                        PublishOver(source, newKey, target, etag: null);
                    break;
                }
                catch (IOException exception) when (IsMissing(exception) && File.Exists(source) && attempt < MaxAttempts)
                {
                    // The folder is not there yet, or another writer removed it while it was empty.
                }
            }

            RemoveEmptyFolders(Path.GetDirectoryName(source)!);
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            // Another run of the same move may have been quicker.
            if (!File.Exists(source) && File.Exists(target))
                return;
            throw FileErrors.Translate(exception, source, "cannot be moved");
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        ObjectKey.Validate(key, Address);
        var path = Locate(key);
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            using (await FolderLock.AcquireIfUsedAsync(folder, _timeProvider, cancellationToken))
            {
                if (File.Exists(path))
                    File.Delete(path);
            }

            RemoveEmptyFolders(folder);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone with its folder.
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw FileErrors.Translate(exception, path, "cannot be deleted");
        }
    }

    /// <inheritdoc/>
    public Task<int> RemoveStaleStagingAsync(string prefix, TimeSpan olderThan, CancellationToken cancellationToken)
    {
        ObjectKey.ValidatePrefix(prefix, Address);
        var folder = prefix.Length == 0 ? Root : Locate(prefix.TrimEnd('/'));
        if (!Directory.Exists(folder))
            return Task.FromResult(0);
        var limit = _timeProvider.GetUtcNow().UtcDateTime - olderThan;
        var removed = 0;
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles(StagingPrefix + "*", StagingFiles))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.LastWriteTimeUtc >= limit)
                continue;
            Discard(file.FullName);
            removed++;
        }

        return Task.FromResult(removed);
    }

    /// <summary>Makes a complete file an object and ends its life under its old name, whether the condition held or not.</summary>
    /// <param name="staged">The file's path.</param>
    /// <param name="key">The object's key.</param>
    /// <param name="condition">When the write may take effect.</param>
    /// <param name="cancellationToken">Ends a wait for other writers.</param>
    internal async Task<ObjectProperties?> PublishAsync(
        string staged, string key, PutCondition condition, CancellationToken cancellationToken)
    {
        ObjectKey.ValidateForWriting(key, Address);
        var path = Locate(key);
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    if (attempt > 1)
                        Directory.CreateDirectory(folder);
                    if (condition.MustBeAbsent)
                        return await PublishAbsentAsync(staged, key, path, cancellationToken);
                    using var turn = condition.ETag is null
                        ? await FolderLock.AcquireIfUsedAsync(folder, _timeProvider, cancellationToken)
                        : await FolderLock.AcquireAsync(folder, _timeProvider, cancellationToken);
                    return PublishOver(staged, key, path, condition.ETag);
                }
                catch (IOException exception) when (IsMissing(exception) && File.Exists(staged) && attempt < MaxAttempts)
                {
                    // The folder is not there yet, or another writer removed it while it was empty.
                }
            }
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            if (Directory.Exists(path))
                throw new BatchFunctionsException(ErrorKind.Request, $"{path} cannot be written: it is a folder. Choose another name.", exception);
            throw FileErrors.Translate(exception, path, "cannot be written");
        }
        finally
        {
            Discard(staged);
        }
    }

    /// <summary>Deletes a file in the making, and the folders that were made for it, as far as that is possible.</summary>
    internal void Discard(string staged)
    {
        try
        {
            if (File.Exists(staged))
                File.Delete(staged);
            RemoveEmptyFolders(Path.GetDirectoryName(staged)!);
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            // No reader sees the file, and RemoveStaleStagingAsync finds it later.
        }
    }

    private async Task<ObjectProperties?> PublishAbsentAsync(string staged, string key, string path, CancellationToken cancellationToken)
    {
        var version = Stamp(staged, after: null);
        if (ExclusiveMove.TryMove(staged, path) is { } moved)
            return Exists(moved);
        using (await FolderLock.AcquireAsync(Path.GetDirectoryName(path)!, _timeProvider, cancellationToken))
        {
            if (File.Exists(path))
                return null;
            File.Move(staged, path, overwrite: false);
            return version.ToProperties(key);
        }

        ObjectProperties? Exists(bool won) => won ? version.ToProperties(key)
            : Directory.Exists(path) ? throw new IOException($"{path} is a folder.") : null;
    }

    private ObjectProperties? PublishOver(string staged, string key, string path, string? etag)
    {
        var file = new FileInfo(path);
        FileVersion? old = file.Exists ? FileVersion.Of(file) : null;
        if (etag is not null && old?.ETag != etag)
            return null;
        var version = Stamp(staged, old?.LastWrite);
        File.Move(staged, path, overwrite: true);
        return version.ToProperties(key);
    }

    private FileVersion Stamp(string staged, DateTime? after)
    {
        var now = _timeProvider.GetUtcNow().UtcDateTime;
        File.SetLastWriteTimeUtc(staged, after is { } old && now <= old ? old.AddTicks(1) : now);
        var version = FileVersion.Of(new FileInfo(staged));
        if (version.LastWrite > after || after is null)
            return version;
        File.SetLastWriteTimeUtc(staged, after.Value + CoarsestClock);
        return FileVersion.Of(new FileInfo(staged));
    }

    private LocalStagedObject Stage(string folder)
    {
        var directory = folder.Length == 0 ? Root : Locate(folder);
        var path = Path.Combine(directory, StagingPrefix + Guid.NewGuid().ToString("n"));
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    if (attempt > 1)
                        Directory.CreateDirectory(directory);
                    return new LocalStagedObject(this, StagingStream.Create(path), path);
                }
                catch (IOException exception) when (IsMissing(exception) && attempt < MaxAttempts)
                {
                    // The folder is not there yet, or another writer removed it while it was empty.
                }
            }
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            if (File.Exists(directory))
                throw new BatchFunctionsException(ErrorKind.Request, $"{directory} cannot be written to: it is a file, not a folder. Choose another name.", exception);
            throw FileErrors.Translate(exception, directory, "cannot be written to");
        }
    }

    private static ObjectProperties? Find(string key, string path)
    {
        try
        {
            var file = new FileInfo(path);
            return file.Exists ? FileVersion.Of(file).ToProperties(key) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw FileErrors.Translate(exception, path, "cannot be read");
        }
    }

    private void RemoveEmptyFolders(string folder)
    {
        while (folder.Length > Root.Length && RealPath.IsWithin(folder, Root))
        {
            if (!EmptyFolder.TryRemove(folder) && !TryRemoveWithLock(folder))
                return;
            folder = Path.GetDirectoryName(folder)!;
        }
    }

    private static bool TryRemoveWithLock(string folder)
    {
        var path = Path.Combine(folder, FolderLock.FileName);
        if (!File.Exists(path))
            return false;
        try
        {
            using (var names = Directory.EnumerateFileSystemEntries(folder).GetEnumerator())
            {
                if (names.MoveNext() && names.MoveNext())
                    return false;
            }

            File.Delete(path);
            Directory.Delete(folder);
            return true;
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            // Not empty after all, or somebody else's: it stays.
            return false;
        }
    }

    /// <summary>The path of an object's file, its links followed; refuses links that lead out.</summary>
    private string Locate(string key)
    {
        var path = Path.Combine(Root, Path.DirectorySeparatorChar == '/' ? key : key.Replace('/', Path.DirectorySeparatorChar));
        if (OperatingSystem.IsWindows() && key.Contains(':', StringComparison.Ordinal))
            throw new BatchFunctionsException(ErrorKind.Request, $"'{key}' is not a valid name in {Address}: it holds a colon.");
        try
        {
            if (!HasLink(path))
                return path;
            var real = RealPath.Of(path);
            if (!_bounded || RealPath.IsWithin(real, RealPath.Of(_boundary)))
                return real;
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw FileErrors.Translate(exception, path, "cannot be read");
        }

        throw new BatchFunctionsException(
            ErrorKind.Request,
            $"{path} is reached through a symbolic link that leads out of {_boundary}. Put the file itself there, or allow the folder that the link leads to.");
    }

    private bool HasLink(string path)
    {
        if (!_bounded)
            return RealPath.LinkTarget(path) is not null;
        for (var end = _boundary.Length; end < path.Length;)
        {
            var next = path.IndexOf(Path.DirectorySeparatorChar, end + 1);
            end = next < 0 ? path.Length : next;
            if (RealPath.LinkTarget(path[..end]) is not null)
                return true;
        }

        return false;
    }

    private static bool IsMissing(IOException exception) => exception is FileNotFoundException or DirectoryNotFoundException;

    private static string FolderOf(string key) => key.LastIndexOf('/') is > 0 and var end ? key[..end] : "";
}
