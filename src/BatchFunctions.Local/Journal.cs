using System.Globalization;
using System.Text.Json;
using BatchFunctions.Workflow;
using Microsoft.Data.Sqlite;

namespace BatchFunctions.Local;

/// <summary>
/// One connection to the journal's file. Not for use by several threads at once; several connections, also of several processes, are
/// fine. Times are UTC ticks.
/// </summary>
internal sealed class Journal : IDisposable
{
    private const string JobColumns = "key, id, status, request, progress, result, created, updated, owner, started, previous";

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _commands = new(StringComparer.Ordinal);
    private SqliteTransaction? _transaction;
    private bool _isFlushing;

    private Journal(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the journal, and makes it where it does not exist.</summary>
    /// <exception cref="BatchFunctionsException">It cannot be opened, is no journal, or is a later version's.</exception>
    public static Journal Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
                Directory.CreateDirectory(folder);
            connection.Open();
            var journal = new Journal(connection);
            journal.Run("PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
            journal.UpdateSchema(path);
            return journal;
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            connection.Dispose();
            throw new BatchFunctionsException(
                ErrorKind.Environment, $"The journal {path} cannot be opened: {failure.Message} Check the path, the disk and who may write there.", failure);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var command in _commands.Values)
            command.Dispose();
        _transaction?.Dispose();
        _connection.Dispose();
    }

    /// <summary>Begins a transaction.</summary>
    /// <param name="isFlushed">Whether its end waits for the disk, so that a power cut cannot undo it.</param>
    public void Begin(bool isFlushed = false)
    {
        if (isFlushed != _isFlushing)
            Run(isFlushed ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        _isFlushing = isFlushed;
        _transaction = _connection.BeginTransaction(deferred: false);
    }

    public void Commit()
    {
        _transaction!.Commit();
        _transaction.Dispose();
        _transaction = null;
    }

    public void Rollback()
    {
        _transaction?.Dispose();
        _transaction = null;
    }

    public JobRow? FindJob(string id) => ReadJobs($"SELECT {JobColumns} FROM jobs WHERE id = $a", id).SingleOrDefault();

    /// <summary>All jobs, the newest first.</summary>
    public List<JobRow> ListJobs() => ReadJobs($"SELECT {JobColumns} FROM jobs ORDER BY created DESC, id DESC");

    /// <summary>The first <paramref name="count"/> jobs behind <paramref name="after"/> that <paramref name="query"/> asks for, the newest first.</summary>
    public List<JobRow> ListJobs(JobQuery query, JobCursor? after, int count)
    {
        var (sql, values) = JobSelection.Of(JobColumns, query, after, count);
        return ReadJobs(sql, values);
    }

    /// <summary>The jobs that were begun and have not ended, the oldest first.</summary>
    public List<JobRow> ListBegun() =>
        ReadJobs($"SELECT {JobColumns} FROM jobs WHERE result IS NULL AND status <> $a ORDER BY created, id", (int)JobStatus.Pending);

    /// <summary>
    /// The first <paramref name="count"/> jobs that somebody should take up: those that wait, and those that an event waits for. They are in
    /// the order in which they came.
    /// </summary>
    public List<JobRow> ListWaiting(int count) => ReadJobs(
        $"""
        SELECT {JobColumns} FROM jobs
        WHERE result IS NULL AND (status = $a OR key IN (SELECT job FROM inbox))
        ORDER BY updated, key LIMIT $b
        """,
        (int)JobStatus.Pending,
        count);

    /// <summary>Writes down a job that waits, unless there is one of its id.</summary>
    /// <returns>Whether there was none.</returns>
    public bool AddJob(JobRequest request, DateTimeOffset at) => Command(
        "INSERT INTO jobs (id, status, request, created, updated) VALUES ($a, $b, $c, $d, $d) ON CONFLICT (id) DO NOTHING",
        request.JobId,
        (int)JobStatus.Pending,
        JsonSerializer.Serialize(request, WorkflowJson.Default.JobRequest),
        at.UtcTicks).ExecuteNonQuery() > 0;

    /// <summary>Marks a run of a job as at work, where it is the job's run at hand and has not ended.</summary>
    /// <returns>The job, or null where the run is not to be done.</returns>
    public JobRow? TakeJob(string id, int run, DateTimeOffset created, DateTimeOffset at, string owner) => ReadJobs(
        $"""
        UPDATE jobs SET status = $d, updated = $e, owner = $f, started = ifnull(started, $e)
        WHERE id = $a AND run = $b AND created = $c AND result IS NULL RETURNING {JobColumns}
        """,
        id,
        run,
        created.UtcTicks,
        (int)JobStatus.Running,
        at.UtcTicks,
        owner).SingleOrDefault();

    /// <summary>Lets a job that has ended wait for another run.</summary>
    public void WaitAgain(JobRow row, DateTimeOffset at) => Run(
        """
        UPDATE jobs SET status = $b, request = $c, previous = result, result = NULL, progress = NULL, owner = NULL, started = NULL, updated = $d
        WHERE key = $a
        """,
        row.Key,
        (int)JobStatus.Pending,
        JsonSerializer.Serialize(row.Record.Request with { Run = row.Run + 1 }, WorkflowJson.Default.JobRequest),
        at.UtcTicks);

    /// <summary>Forgets a job whose run <paramref name="run"/> was its last, and all that belongs to it.</summary>
    /// <returns>Whether there was such a job.</returns>
    public bool DeleteJob(long key, string id, int run)
    {
        if (Command("DELETE FROM jobs WHERE key = $a AND id = $b AND run = $c AND result IS NOT NULL", key, id, run).ExecuteNonQuery() == 0)
            return false;
        Run("DELETE FROM history WHERE instance IN (SELECT key FROM instances WHERE job = $a)", key);
        Run("DELETE FROM attempts WHERE instance IN (SELECT key FROM instances WHERE job = $a)", key);
        Run("DELETE FROM instances WHERE job = $a", key);
        Run("DELETE FROM inbox WHERE job = $a", key);
        return true;
    }

    public void SetStatus(long job, JobStatus status, DateTimeOffset at, string owner) =>
        Run("UPDATE jobs SET status = $b, updated = $c, owner = $d WHERE key = $a", job, (int)status, at.UtcTicks, owner);

    public void SetProgress(long job, JobProgress progress, DateTimeOffset at) => Run(
        "UPDATE jobs SET progress = $b, updated = $c WHERE key = $a",
        job,
        JsonSerializer.Serialize(progress, WorkflowJson.Default.JobProgress),
        at.UtcTicks);

    /// <summary>Records a job's end and forgets how it came to it.</summary>
    public void EndJob(long job, JobResult result, DateTimeOffset at)
    {
        Run(
            "UPDATE jobs SET status = $b, result = $c, updated = $d WHERE key = $a",
            job,
            (int)result.Status,
            JsonSerializer.Serialize(result, WorkflowJson.Default.JobResult),
            at.UtcTicks);
        Run("DELETE FROM history WHERE instance IN (SELECT key FROM instances WHERE job = $a)", job);
        Run("DELETE FROM inbox WHERE job = $a", job);
    }

    /// <summary>The number of an instance, or null where the journal does not know it.</summary>
    public long? FindInstance(string id) => (long?)Command("SELECT key FROM instances WHERE id = $a", id).ExecuteScalar();

    public long InsertInstance(long job, string id) =>
        (long)Command("INSERT INTO instances (job, id) VALUES ($a, $b) RETURNING key", job, id).ExecuteScalar()!;

    public void Append(long instance, int ordinal, HistoryEntry entry) => Run(
        "INSERT INTO history (instance, ordinal, kind, step, name, payload, at) VALUES ($a, $b, $c, $d, $e, $f, $g)",
        instance,
        ordinal,
        (int)entry.Kind,
        entry.Step,
        entry.Name,
        entry.Payload,
        entry.At.UtcTicks);

    public List<HistoryEntry> ReadHistory(long instance)
    {
        using var reader = Command("SELECT kind, step, name, payload, at FROM history WHERE instance = $a ORDER BY ordinal", instance).ExecuteReader();
        var history = new List<HistoryEntry>();
        while (reader.Read())
        {
            history.Add(new HistoryEntry(
                (HistoryKind)reader.GetInt32(0), reader.GetInt32(1), reader.GetString(2), Text(reader, 3), Time(reader, 4)));
        }

        return history;
    }

    public void DeleteHistory(long instance) => Run("DELETE FROM history WHERE instance = $a", instance);

    public void AddAttempt(long instance, int step, string activity, int attempt, ActivityFailure failure, DateTimeOffset at) => Run(
        "INSERT OR REPLACE INTO attempts (instance, step, attempt, activity, kind, message, at) VALUES ($a, $b, $c, $d, $e, $f, $g)",
        instance,
        step,
        attempt,
        activity,
        (int)failure.Kind,
        failure.Message,
        at.UtcTicks);

    /// <summary>How often the steps of an instance have failed.</summary>
    public Dictionary<int, AttemptState> ReadAttempts(long instance)
    {
        using var reader = Command("SELECT step, MAX(attempt), MAX(at) FROM attempts WHERE instance = $a GROUP BY step", instance).ExecuteReader();
        var attempts = new Dictionary<int, AttemptState>();
        while (reader.Read())
            attempts.Add(reader.GetInt32(0), new AttemptState(reader.GetInt32(1), Time(reader, 2)));
        return attempts;
    }

    public List<FailedAttempt> ListAttempts(string job)
    {
        using var reader = Command(
            """
            SELECT i.id, a.step, a.activity, a.attempt, a.kind, a.message, a.at
            FROM jobs j JOIN instances i ON i.job = j.key JOIN attempts a ON a.instance = i.key
            WHERE j.id = $a ORDER BY a.at, i.key, a.step, a.attempt
            """,
            job).ExecuteReader();
        var attempts = new List<FailedAttempt>();
        while (reader.Read())
        {
            attempts.Add(new FailedAttempt(
                reader.GetString(0),
                reader.GetInt32(1),
                reader.GetString(2),
                reader.GetInt32(3),
                (ErrorKind)reader.GetInt32(4),
                reader.GetString(5),
                Time(reader, 6)));
        }

        return attempts;
    }

    /// <summary>Leaves an event for whoever is at work on a job.</summary>
    public void AddToInbox(long job, string name, string payload) =>
        Run("INSERT INTO inbox (job, name, payload) VALUES ($a, $b, $c)", job, name, payload);

    public List<InboxEvent> ReadInbox()
    {
        using var reader = Command("SELECT key, job, name, payload FROM inbox ORDER BY key").ExecuteReader();
        var events = new List<InboxEvent>();
        while (reader.Read())
            events.Add(new InboxEvent(reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3)));
        return events;
    }

    public void RemoveFromInbox(long key) => Run("DELETE FROM inbox WHERE key = $a", key);

    private static JobRow ReadJob(SqliteDataReader reader) => new(
        reader.GetInt64(0),
        new JobRecord(
            reader.GetString(1),
            (JobStatus)reader.GetInt32(2),
            JsonSerializer.Deserialize(reader.GetString(3), WorkflowJson.Default.JobRequest)!,
            Text(reader, 4) is { } progress ? JsonSerializer.Deserialize(progress, WorkflowJson.Default.JobProgress) : null,
            Text(reader, 5) is { } result ? JsonSerializer.Deserialize(result, WorkflowJson.Default.JobResult) : null,
            Time(reader, 6),
            Time(reader, 7),
            Text(reader, 8)),
        reader.IsDBNull(9) ? null : Time(reader, 9),
        Text(reader, 10) is { } previous ? JsonSerializer.Deserialize(previous, WorkflowJson.Default.JobResult) : null);

    private List<JobRow> ReadJobs(string sql, params ReadOnlySpan<object?> values)
    {
        using var reader = Command(sql, values).ExecuteReader();
        var jobs = new List<JobRow>();
        while (reader.Read())
            jobs.Add(ReadJob(reader));
        return jobs;
    }

    private static string? Text(SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static DateTimeOffset Time(SqliteDataReader reader, int column) => new(reader.GetInt64(column), TimeSpan.Zero);

    private void UpdateSchema(string path)
    {
        var steps = JournalSchema.Steps;
        if (ReadVersion() == steps.Count)
            return;
        Begin();
        var version = ReadVersion();
        for (var step = version; step < steps.Count; step++)
            Run(string.Create(CultureInfo.InvariantCulture, $"{steps[(int)step]} PRAGMA user_version = {step + 1};"));
        Commit();
        if (version > steps.Count)
        {
            throw new BatchFunctionsException(ErrorKind.Environment, string.Create(
                CultureInfo.InvariantCulture,
                $"The journal {path} was written by a later version of this program (schema {version}, this one knows {steps.Count}). Use that version, or another journal."));
        }
    }

    private long ReadVersion() => (long)Command("PRAGMA user_version").ExecuteScalar()!;

    private void Run(string sql, params ReadOnlySpan<object?> values) => Command(sql, values).ExecuteNonQuery();

    // Every text is put together from constants of this project, so the commands kept are few and their parameters are $a, $b, … in order.
    private SqliteCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
#pragma warning disable CA2100 // The text comes from this project only; what varies is a parameter.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 0; i < values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${(char)('a' + i)}" });
            _commands.Add(sql, command);
        }

        command.Transaction = _transaction;
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
