using BatchFunctions.Storage;

namespace BatchFunctions.Views;

/// <summary>Where views are made that no job will keep: a folder of the machine's temporary files, removed in the end.</summary>
internal sealed class PreviewFolder : IDisposable
{
    private readonly Lazy<DirectoryInfo> _folder = new(() => Directory.CreateTempSubdirectory("batchfn-preview-"));

    /// <summary>The folder.</summary>
    public StoreLocation Location => new(new LocalObjectStore(_folder.Value.FullName), "");

    public void Dispose()
    {
        if (_folder.IsValueCreated)
            _folder.Value.Delete(recursive: true);
    }
}
