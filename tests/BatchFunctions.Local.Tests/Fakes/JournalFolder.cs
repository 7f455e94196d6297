using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.Local.Tests.Fakes;

/// <summary>A folder for one test's journal.</summary>
internal sealed class JournalFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("batchfn-journal-");

    public string JournalPath => Path.Combine(_folder.FullName, "journal.db");

    public Task<EmbeddedEngine> OpenAsync(FakeJob job, TimeProvider? time = null, Action? beforeCommit = null, Action? afterCommit = null) =>
        OpenAsync(job.Catalog(), time, beforeCommit, afterCommit);

    public Task<EmbeddedEngine> OpenAsync(WorkflowCatalog catalog, TimeProvider? time = null, Action? beforeCommit = null, Action? afterCommit = null) =>
        EmbeddedEngine.OpenAsync(
            new EmbeddedEngineOptions
            {
                JournalPath = JournalPath,
                MaxConcurrentActivities = 1000,
                BeforeCommit = beforeCommit,
                AfterCommit = afterCommit,
            },
            catalog,
            time ?? TimeProvider.System,
            NullLoggerFactory.Instance,
            TestContext.Current.CancellationToken);

    public void Dispose() => _folder.Delete(recursive: true);
}
