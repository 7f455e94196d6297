namespace BatchFunctions.Local;

/// <summary>The tables of the journal's file, as steps from each version of the schema to the next.</summary>
internal static class JournalSchema
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
        """;

    // Jobs that wait and jobs that run again: when the run at hand began, and how the run before it ended.
    private const string Second = """
        ALTER TABLE jobs ADD COLUMN started INTEGER;
        ALTER TABLE jobs ADD COLUMN previous TEXT;
        ALTER TABLE jobs ADD COLUMN run INTEGER AS (request ->> '$.run') VIRTUAL;
        ALTER TABLE jobs ADD COLUMN pipeline TEXT AS (request ->> '$.pipeline') VIRTUAL;
        ALTER TABLE jobs ADD COLUMN pipeline_name TEXT AS (request ->> '$.pipelineName') VIRTUAL;
        UPDATE jobs SET started = created, request = json_set(request, '$.run', 1);
        CREATE INDEX jobs_created ON jobs (created, id);
        CREATE INDEX jobs_status ON jobs (status, created, id);
        CREATE INDEX jobs_pipeline ON jobs (pipeline, created, id);
        CREATE INDEX jobs_pipeline_name ON jobs (pipeline_name, created, id);
        CREATE INDEX jobs_open ON jobs (updated) WHERE result IS NULL;
        CREATE INDEX instances_job ON instances (job);
        """;

    /// <summary>The steps: the first makes a new journal, each further one brings the version before it up to date.</summary>
    public static IReadOnlyList<string> Steps { get; } = [First, Second];
}
