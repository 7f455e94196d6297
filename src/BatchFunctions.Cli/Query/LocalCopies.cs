using BatchFunctions.Storage;

namespace BatchFunctions.Cli.Query;

/// <summary>Gives objects as files that a database can open: those of a local store as they are, others as copies that end with this.</summary>
internal sealed class LocalCopies : IDisposable
{
    private const int CopiesAtOnce = 8;

    private readonly Lazy<DirectoryInfo> _folder = new(() => Directory.CreateTempSubdirectory("batchfn-query-"));
    private int _files;

    /// <summary>The paths of objects, in their order.</summary>
    public async Task<IReadOnlyList<string>> PathsOfAsync(IObjectStore store, IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        if (store is LocalObjectStore)
            return [.. keys.Select(k => Path.Combine([store.Address, .. k.Split('/')]))];
        var paths = new string[keys.Count];
        await Parallel.ForAsync(
            0,
            keys.Count,
            new ParallelOptions { MaxDegreeOfParallelism = CopiesAtOnce, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                paths[i] = Path.Combine(_folder.Value.FullName, FormattableString.Invariant($"{Interlocked.Increment(ref _files)}{Path.GetExtension(keys[i])}"));
                await using var from = await store.OpenReadAsync(keys[i], 0, null, null, token);
                await using var to = File.Create(paths[i]);
                await from.CopyToAsync(to, token);
            });
        return paths;
    }

    public void Dispose()
    {
        if (_folder.IsValueCreated)
            _folder.Value.Delete(recursive: true);
    }
}
