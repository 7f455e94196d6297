using BatchFunctions.Workflow;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.Local.Tests.Fakes;

/// <summary>A folder for one test's journal.</summary>
internal sealed class JournalFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("batchfn-journal-");

    public string JournalPath => Path.Combine(_folder.FullName, "journal.db");

    public Task<EmbeddedEngine> OpenAsync(
        FakeJob job, TimeProvider? time = null, Action? beforeCommit = null, Action? afterCommit = null, int maxJobs = 4, ILoggerFactory? loggers = null) =>
        OpenAsync(job.Catalog(), time, beforeCommit, afterCommit, maxJobs, loggers);

    public Task<EmbeddedEngine> OpenAsync(
        WorkflowCatalog catalog, TimeProvider? time = null, Action? beforeCommit = null, Action? afterCommit = null, int maxJobs = 4, ILoggerFactory? loggers = null) =>
        EmbeddedEngine.OpenAsync(
            new EmbeddedEngineOptions
            {
                JournalPath = JournalPath,
                MaxConcurrentActivities = 1000,
                MaxConcurrentJobs = maxJobs,
                BeforeCommit = beforeCommit,
                AfterCommit = afterCommit,
            },
            catalog,
            time ?? TimeProvider.System,
            loggers ?? NullLoggerFactory.Instance,
            TestContext.Current.CancellationToken);

    /// <summary>What a query of one number gives, asked of the journal behind the engine's back.</summary>
    public long Count(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={JournalPath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is the test's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
