using BatchFunctions.Planning;
using BatchFunctions.Storage;

namespace BatchFunctions.Sql;

/// <summary>Gives objects as files that a database can open: those of a local store as they are, others as copies that end with this.</summary>
/// <param name="parent">The folder that copies are put below, or null for the machine's temporary files.</param>
internal sealed class LocalCopies(string? parent = null) : IDisposable
{
    private const int CopiesAtOnce = 8;

    private readonly Lazy<DirectoryInfo> _folder = new(() => parent is null
        ? Directory.CreateTempSubdirectory("batchfn-query-")
        : Directory.CreateDirectory(Path.Combine(parent, "copies")));
    private int _files;

    /// <summary>The paths of objects, in their order.</summary>
    public Task<IReadOnlyList<string>> PathsOfAsync(IObjectStore store, IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        PathsOfAsync(store, [.. keys.Select(k => (k, (string?)null))], cancellationToken);

    /// <summary>The paths of pinned files, in their order.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Integrity"/>: one that has to be copied is not as it was pinned.</exception>
    public Task<IReadOnlyList<string>> PathsOfAsync(IObjectStore store, IReadOnlyList<SnapshotFile> files, CancellationToken cancellationToken) =>
        PathsOfAsync(store, [.. files.Select(f => (f.Key, (string?)f.ETag))], cancellationToken);

    public void Dispose()
    {
        if (_folder.IsValueCreated)
            _folder.Value.Delete(recursive: true);
    }

    private async Task<IReadOnlyList<string>> PathsOfAsync(IObjectStore store, (string Key, string? ETag)[] files, CancellationToken cancellationToken)
    {
        if (store is LocalObjectStore)
            return [.. files.Select(f => Path.Combine([store.Address, .. f.Key.Split('/')]))];
        var paths = new string[files.Length];
        await Parallel.ForAsync(
            0,
            files.Length,
            new ParallelOptions { MaxDegreeOfParallelism = CopiesAtOnce, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                paths[i] = Path.Combine(_folder.Value.FullName, FormattableString.Invariant($"{Interlocked.Increment(ref _files)}{Path.GetExtension(files[i].Key)}"));
                await using var from = await store.OpenReadAsync(files[i].Key, 0, null, files[i].ETag, token);
                await using var to = File.Create(paths[i]);
                await from.CopyToAsync(to, token);
            });
        return paths;
    }
}
