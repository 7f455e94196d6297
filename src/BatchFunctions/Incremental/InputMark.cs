using System.Globalization;

namespace BatchFunctions.Incremental;

/// <summary>
/// How far the jobs of a pipeline have scored its source. A job claims what it has scored before it publishes and settles the claim when it has, so
/// that whoever is killed in between neither loses nor doubles a record.
/// </summary>
internal sealed record InputMark
{
    private const int MovesKept = 100;

    /// <summary>The versions of files that were scored, in ordinal order of their addresses; the newest one of each file.</summary>
    public IReadOnlyList<MarkedFile> Files { get; init; } = [];

    /// <summary>How far the source was scored where it is a Delta table.</summary>
    public MarkedTable? Table { get; init; }

    /// <summary>What jobs have scored that are publishing.</summary>
    public IReadOnlyList<MarkClaim> Claims { get; init; } = [];

    /// <summary>The last moves, the newest last.</summary>
    public IReadOnlyList<MarkMove> Moves { get; init; } = [];

    /// <summary>The version of the table that the next job goes on from, if those publish that are about to; null for its beginning.</summary>
    public MarkedTable? NextTable => Claims.Select(c => c.Table).OfType<MarkedTable>().MaxBy(t => t.Version) is { } claimed
        && (Table is null || (claimed.Id == Table.Id && claimed.Version > Table.Version)) ? claimed : Table;

    /// <summary>Whether a job has published and its records are settled.</summary>
    public bool HasSettled(string jobId) => Moves.Any(m => m.By == jobId) || Files.Any(f => f.By == jobId);

    /// <summary>The versions that are scored, or are about to be published, with who did it.</summary>
    /// <param name="except">A job that does not count.</param>
    public IReadOnlyDictionary<(string Address, string ETag), string> Versions(string? except = null)
    {
        var versions = new Dictionary<(string, string), string>();
        foreach (MarkedFile file in Files.Concat(Claims.SelectMany(c => c.Files)))
        {
            if (file.By != except)
                versions[(file.Address, file.ETag)] = file.By;
        }

        return versions;
    }

    /// <summary>Takes in what a job is about to publish.</summary>
    /// <param name="claim">What it has scored.</param>
    /// <returns>The same mark where that is claimed or settled already.</returns>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: another job has scored some of it; <see cref="ErrorKind.Transient"/>: another job has to end first.
    /// </exception>
    public InputMark Claim(MarkClaim claim)
    {
        if (HasSettled(claim.JobId) || Claims.Any(c => c.JobId == claim.JobId))
            return this;
        RequireFree(claim);
        if (claim.Table is not null && Claims.FirstOrDefault(c => c.Table is not null) is { } other)
        {
            throw new BatchFunctionsException(
                ErrorKind.Transient,
                $"Job {other.JobId} of the same pipeline is publishing what came before. Help it along with 'batchfn resume {other.JobId}', or end it with 'batchfn cancel {other.JobId}', and retry this one.");
        }

        return this with { Claims = [.. Claims, claim] };
    }

    /// <summary>Refuses what another job has scored.</summary>
    /// <param name="claim">What a job has scored, or is going to.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>.</exception>
    public void RequireFree(MarkClaim claim)
    {
        IReadOnlyDictionary<(string, string), string> scored = Versions(except: claim.JobId);
        if (claim.Files.FirstOrDefault(f => scored.ContainsKey((f.Address, f.ETag))) is { } file)
            throw Lost(claim, scored[(file.Address, file.ETag)], file.Address);
        if (claim.Table is { } table && Claims.All(c => c.Table is null || c.JobId == claim.JobId) && (Table?.Version != claim.After || (Table is not null && Table.Id != table.Id)))
        {
            string last = Moves.Count == 0 ? "" : $", where {Moves[^1].By} left it";
            throw new BatchFunctionsException(
                ErrorKind.Request,
                $"Job {claim.JobId} goes on from {Words(claim.After)} of the table {table.Folder}, but the pipeline's mark stands at {Words(Table?.Version)}{last}. Nothing was published; the pipeline's next job goes on from the mark. Jobs of one pipeline with source.since should not run at the same time.");
        }
    }

    /// <summary>Takes in what a job has published.</summary>
    /// <param name="claim">What it has scored.</param>
    /// <param name="at">The time.</param>
    public InputMark Settle(MarkClaim claim, DateTimeOffset at)
    {
        if (HasSettled(claim.JobId))
            return this;
        bool isClaimed = Claims.Any(c => c.JobId == claim.JobId);
        return With(claim.Files, isClaimed ? claim.Table : null, new MarkMove(claim.JobId, at, claim.Table is null ? claim.Files.Count : null, claim.Table?.Version, null))
            with
        { Claims = [.. Claims.Where(c => c.JobId != claim.JobId)] };
    }

    /// <summary>Gives up what a job has claimed that did not publish after all.</summary>
    public InputMark Withdraw(string jobId) => Claims.Any(c => c.JobId == jobId) ? this with { Claims = [.. Claims.Where(c => c.JobId != jobId)] } : this;

    /// <summary>Adds files and moves the table's version.</summary>
    public InputMark With(IReadOnlyList<MarkedFile> files, MarkedTable? table, MarkMove move)
    {
        HashSet<string> replaced = [.. files.Select(f => f.Address)];
        return this with
        {
            Files = [.. Files.Where(f => !replaced.Contains(f.Address)).Concat(files).OrderBy(f => f.Address, StringComparer.Ordinal)],
            Table = table ?? Table,
            Moves = [.. Moves.TakeLast(MovesKept - 1), move],
        };
    }

    /// <summary>Notes which files are gone from the source, and forgets those that have been for long.</summary>
    /// <param name="present">The addresses of the files that are there.</param>
    /// <param name="now">The time.</param>
    /// <param name="remembered">How long files that are gone are remembered.</param>
    /// <returns>The same mark where nothing has changed.</returns>
    public InputMark Seen(IReadOnlySet<string> present, DateTimeOffset now, TimeSpan remembered)
    {
        if (Files.All(f => present.Contains(f.Address) == (f.GoneSince is null) && !(now - f.GoneSince > remembered)))
            return this;
        return this with
        {
            Files = [.. Files
                .Select(f => f with { GoneSince = present.Contains(f.Address) ? null : f.GoneSince ?? now })
                .Where(f => !(now - f.GoneSince > remembered))],
        };
    }

    private static string Words(long? version) => version is { } number ? string.Create(CultureInfo.InvariantCulture, $"version {number}") : "the beginning";

    private static BatchFunctionsException Lost(MarkClaim claim, string owner, string file) => new(
        ErrorKind.Request,
        $"{owner} has scored {file} since job {claim.JobId} was prepared, and no record is to be scored twice. Nothing was published; the pipeline's next job takes what is left. Jobs of one pipeline with source.since should not run at the same time.");
}
