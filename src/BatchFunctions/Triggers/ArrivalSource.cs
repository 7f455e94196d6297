using System.Runtime.CompilerServices;
using BatchFunctions.Data;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;

namespace BatchFunctions.Triggers;

/// <summary>Where a pipeline's files arrive.</summary>
internal sealed class ArrivalSource
{
    private readonly IObjectStore _store;
    private readonly DatedSourcePattern _pattern;
    private readonly FileFormat? _format;
    private readonly string _root;

    private ArrivalSource(StoreLocation location, FileFormat? format)
    {
        _store = location.Store;
        _pattern = DatedSourcePattern.Parse(location.Path);
        _format = format;
        _root = _store.Address.TrimEnd('/') + "/";
    }

    /// <summary>The address of the store that the files' keys belong to.</summary>
    public string Store => _store.Address;

    /// <summary>Whether a file can be seen while it is still being written: in a folder on disk, where every program may write as it likes.</summary>
    public bool ShowsUnfinished => StoreAddress.SchemeOf(Store) is null;

    /// <summary>The source of a pipeline.</summary>
    /// <param name="services">What the machine offers.</param>
    /// <param name="pipeline">Where the pipeline's file is.</param>
    /// <param name="source">What it says of its source.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the source's path is malformed, or leads out of the roots.</exception>
    public static ArrivalSource Of(JobServices services, StoreLocation pipeline, SourceDefinition source) =>
        new(services.Stores.Resolve(source.Path, PipelineFile.SourceFolderOf(services, pipeline)), source.Format);

    /// <summary>The full address of a file.</summary>
    public string AddressOf(string key) => _root + key;

    /// <summary>The key of the file at a full address, or null where that is in another store.</summary>
    public string? KeyOf(string address) =>
        address.Length > _root.Length && address.StartsWith(_root, StringComparison.Ordinal) ? address[_root.Length..] : null;

    /// <inheritdoc cref="DatedSourcePattern.IsMatch"/>
    public bool IsMatch(string key, out DateOnly? date) => _pattern.IsMatch(key, _format, out date);

    /// <summary>The file as it is now; null where it is gone or has no bytes, so that there is nothing to score.</summary>
    public async Task<ArrivedFile?> FindAsync(string key, CancellationToken cancellationToken) =>
        await _store.FindAsync(key, cancellationToken) is { Length: > 0 } found ? new ArrivedFile(key, found.ETag, found.Length) : null;

    /// <summary>All files that are there now and have bytes, each with the date that its name says.</summary>
    public async IAsyncEnumerable<(ArrivedFile File, DateOnly? Date)> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string prefix = _pattern.Prefix;
        if (_pattern.IsLiteral && prefix.Length > 0)
        {
            if (await FindAsync(prefix, cancellationToken) is { } exact && IsMatch(prefix, out DateOnly? said))
            {
                yield return (exact, said);
                yield break;
            }

            prefix += "/";
        }

        await foreach (ObjectProperties found in _store.ListAsync(prefix, cancellationToken))
            if (found.Length > 0 && IsMatch(found.Key, out DateOnly? date))
                yield return (new ArrivedFile(found.Key, found.ETag, found.Length), date);
    }
}
