using BatchFunctions.Pipelines;
using BatchFunctions.Workflow;

namespace BatchFunctions.Triggers;

/// <summary>
/// What arrived for a pipeline and has not become a job yet. Every file version in it is in exactly one place: among those that are
/// collected for a date, or in a start that is not finished.
/// </summary>
/// <param name="SweptAt">When what is remembered of started files was last cleared up.</param>
/// <param name="Collected">The files.</param>
internal sealed record ArrivalState(DateTimeOffset SweptAt, IReadOnlyList<CollectedFiles> Collected)
{
    /// <summary>What tells the versions in it from all others.</summary>
    public HashSet<string> VersionIds() => [.. Collected.SelectMany(c => c.VersionIds)];

    /// <summary>Collects files. An older version of a file that is still collected is gone by now, and the newer one takes its place.</summary>
    public ArrivalState With(string store, IReadOnlyList<Arrival> arrivals)
    {
        if (arrivals.Count == 0)
            return this;
        HashSet<string> keys = [.. arrivals.Select(a => a.File.Key)];
        List<CollectedFiles> next = [.. Collected.Select(c => c.Request is null ? c with { Files = [.. c.Files.Where(f => !keys.Contains(f.Key))] } : c)];
        foreach (IGrouping<DateOnly?, Arrival> date in arrivals.GroupBy(a => a.Date))
        {
            int open = next.FindIndex(c => c.Request is null && c.FileDate == date.Key);
            if (open < 0)
            {
                open = next.Count;
                next.Add(new CollectedFiles(store, date.Key, date.Min(a => a.At), [], Request: null));
            }

            next[open] = next[open] with { Files = [.. next[open].Files, .. date.Select(a => a.File)] };
        }

        return this with { Collected = [.. next.Where(c => c.Files.Count > 0)] };
    }

    /// <summary>Leaves out what the pipeline's source does not mean any more, because the pipeline was changed.</summary>
    /// <param name="source">The source as it is now.</param>
    /// <param name="dropped">Takes the address of each file that is left out.</param>
    public ArrivalState For(ArrivalSource source, Action<string> dropped)
    {
        if (Collected.All(c => c.Request is not null || IsOf(c, source)))
            return this;
        List<Arrival> kept = [];
        foreach (CollectedFiles open in Collected.Where(c => c.Request is null))
        {
            foreach (Planning.ArrivedFile file in open.Files)
            {
                string address = $"{open.Store.TrimEnd('/')}/{file.Key}";
                if (source.KeyOf(address) is { } key && source.IsMatch(key, out DateOnly? date))
                    kept.Add(new Arrival(file with { Key = key }, date, open.FirstAt));
                else
                    dropped(address);
            }
        }

        return (this with { Collected = [.. Collected.Where(c => c.Request is not null)] }).With(source.Store, kept);
    }

    /// <summary>Fixes the request of everything that meets the thresholds or has waited long enough.</summary>
    public ArrivalState WithStarts(ArrivalDefinition thresholds, DateTimeOffset now, Func<CollectedFiles, JobRequest> request)
    {
        return Collected.Any(IsDue) ? this with { Collected = [.. Collected.Select(c => IsDue(c) ? c with { Request = request(c) } : c)] } : this;

        bool IsDue(CollectedFiles collected) =>
            collected.Request is null
            && ((collected.Files.Count >= thresholds.MinFiles && collected.Files.Sum(f => f.Length) >= thresholds.MinBytes)
                || now - collected.FirstAt >= thresholds.MaxWait);
    }

    /// <summary>Leaves out what has become a job.</summary>
    public ArrivalState Without(string jobId) =>
        Collected.Any(c => c.Request?.JobId == jobId) ? this with { Collected = [.. Collected.Where(c => c.Request?.JobId != jobId)] } : this;

    private static bool IsOf(CollectedFiles open, ArrivalSource source) =>
        open.Store == source.Store && open.Files.All(f => source.IsMatch(f.Key, out DateOnly? date) && date == open.FileDate);
}
