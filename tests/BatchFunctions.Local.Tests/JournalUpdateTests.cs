using BatchFunctions.Local.Tests.Fakes;
using BatchFunctions.Workflow;
using Microsoft.Data.Sqlite;

namespace BatchFunctions.Local.Tests;

/// <summary>Opens a journal as the first version of the program left it.</summary>
public sealed class JournalUpdateTests : IDisposable
{
    private const string First = """
        CREATE TABLE jobs (
            key INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            status INTEGER NOT NULL,
            request TEXT NOT NULL,
            progress TEXT,
            result TEXT,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            owner TEXT);
        CREATE TABLE instances (
            key INTEGER PRIMARY KEY,
            job INTEGER NOT NULL,
            id TEXT NOT NULL UNIQUE);
        CREATE TABLE history (
            instance INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            step INTEGER NOT NULL,
            name TEXT NOT NULL,
            payload TEXT,
            at INTEGER NOT NULL,
            PRIMARY KEY (instance, ordinal)) WITHOUT ROWID;
        CREATE TABLE attempts (
            instance INTEGER NOT NULL,
            step INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            activity TEXT NOT NULL,
            kind INTEGER NOT NULL,
            message TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (instance, step, attempt)) WITHOUT ROWID;
        CREATE TABLE inbox (
            key INTEGER PRIMARY KEY AUTOINCREMENT,
            job INTEGER NOT NULL,
            name TEXT NOT NULL,
            payload TEXT NOT NULL);
        PRAGMA user_version = 1;

        INSERT INTO jobs VALUES (1, 'begun', 1,
            '{"jobId":"begun","pipeline":"p.yaml","trigger":"cli","requestedAt":"2026-02-08T02:00:00+00:00"}',
            '{"step":"Validate","shardsTotal":0,"shardsDone":0,"shardsFailed":0,"recordsDone":0,"recordsFailed":0}',
            NULL, 639061128000000000, 639061128010000000, 'process 4711 on elsewhere');
        INSERT INTO instances VALUES (1, 1, 'begun');
        INSERT INTO history VALUES (1, 0, 1, 0, 'Prepare',
            '{"job":{"jobId":"begun","workFolder":"work/begun"},"runFolder":"out/begun","files":1,"bytes":1000,"maxParallel":2,"retry":{"attempts":3,"firstDelay":"00:00:10","backoff":2,"maxDelay":"01:00:00"}}',
            639061128010000000);
        INSERT INTO jobs VALUES (2, 'failed', 5,
            '{"jobId":"failed","pipeline":"q.yaml","trigger":"cli","requestedAt":"2026-02-08T02:00:00+00:00"}',
            NULL,
            '{"jobId":"failed","status":"Failed","runFolder":"out/failed","recordsTotal":0,"recordsScored":0,"recordsFailed":0,"warnings":[],"error":"No.","errorKind":"Environment"}',
            639061128000000000, 639061128020000000, 'process 4711 on elsewhere');
        INSERT INTO instances VALUES (2, 2, 'failed');
        INSERT INTO attempts VALUES (2, 1, 1, 'Validate', 4, 'No.', 639061128020000000);
        """;

    private readonly JournalFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public JournalUpdateTests()
    {
        using var connection = new SqliteConnection($"Data Source={_folder.JournalPath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = First;
        command.ExecuteNonQuery();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Its_jobs_are_listed_continued_and_run_again()
    {
        var job = new FakeJob();
        await using var engine = await _folder.OpenAsync(job, new JumpingTime());

        Assert.Equal(["failed", "begun"], (await engine.ListAsync(new JobQuery(), Stop)).Jobs.Select(record => record.JobId));
        var found = Assert.Single((await engine.ListAsync(new JobQuery { Pipeline = "p.yaml", Status = JobStatus.Interrupted }, Stop)).Jobs);
        Assert.Equal(("begun", 1, "Validate", new DateTimeOffset(2026, 2, 8, 2, 0, 0, TimeSpan.Zero)), (found.JobId, found.Request.Run, found.Progress!.Step, found.CreatedAt));

        Assert.Equal(JobStatus.Succeeded, (await engine.ResumeAsync("begun", Stop)).Status);
        Assert.Equal(0, job.CountOf("Prepare"));
        Assert.Equal(found.CreatedAt, Assert.Single(job.Aggregates).StartedAt);

        Assert.Equal(JobChange.Accepted, await engine.RetryAsync("failed", Stop));
        Assert.Equal(JobStatus.Succeeded, (await engine.ResumeAsync("failed", Stop)).Status);
        Assert.Equal(2, Assert.Single(job.Prepared).Run);
        Assert.Equal("failed", Assert.Single(await engine.ListFailedAttemptsAsync("failed", Stop)).InstanceId);
    }

    [Fact]
    public async Task Many_who_open_it_at_once_bring_it_up_to_date_once()
    {
        var engines = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _folder.OpenAsync(new FakeJob()))));

        Assert.Equal(JournalSchema.Steps.Count, _folder.Count("PRAGMA user_version"));
        foreach (var engine in engines)
        {
            Assert.Equal(2, (await engine.ListAsync(Stop)).Count);
            await engine.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_journal_that_was_brought_up_to_date_is_like_a_new_one()
    {
        await using (await _folder.OpenAsync(new FakeJob()))
        {
        }

        using var other = new JournalFolder();
        await using (await other.OpenAsync(new FakeJob()))
        {
        }

        const string sql = "SELECT COUNT(*) FROM sqlite_schema";
        Assert.Equal(other.Count(sql), _folder.Count(sql));
        Assert.Equal(other.Count("SELECT COUNT(*) FROM pragma_table_xinfo('jobs')"), _folder.Count("SELECT COUNT(*) FROM pragma_table_xinfo('jobs')"));
    }
}
