using System.Globalization;
using BatchFunctions.Pipelines;
using BatchFunctions.Workflow;

namespace BatchFunctions.Retention;

/// <summary>Which runs are kept, and why.</summary>
internal static class RetentionRules
{
    /// <summary>Judges runs of one pipeline.</summary>
    /// <param name="runs">All runs that there are; the rules about the newest ones need them all.</param>
    /// <param name="policy">The pipeline's policy.</param>
    /// <param name="now">The time.</param>
    /// <returns>For each run, in the same order, why it is kept; null where its time is up and nothing keeps it.</returns>
    public static IReadOnlyList<string?> Judge(IReadOnlyList<RunFacts> runs, RetentionDefinition policy, DateTimeOffset now)
    {
        RunFacts[] published = [.. runs.Where(r => r is { IsPublished: true, IsEmpty: false }).OrderByDescending(r => r.EndedAt).ThenByDescending(r => r.JobId, StringComparer.Ordinal)];
        HashSet<RunFacts> last = [.. published.Take(Math.Max(1, policy.KeepLast))];
        RunFacts? lastSuccess = published.FirstOrDefault(r => r.Status == JobStatus.Succeeded);
        return [.. runs.Select(WhyKept)];

        string? WhyKept(RunFacts run)
        {
            if (run.Work is { } work)
                return $"job {work} is at work on it";
            if (run.Status is null)
                return "its run folder does not say that its job has ended";
            if (policy.Runs is not { } age)
                return "runs are kept for good";
            if (now - run.EndedAt < age)
                return $"it is kept until {(run.EndedAt + age).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)}";
            if (run == lastSuccess)
                return "it is the last successful run";
            if (last.Contains(run))
                return last.Count == 1 ? "it is the last published run" : $"it is one of the last {last.Count} published runs";
            return run.Table is { } table ? $"the table {table} refers to it" : null;
        }
    }
}
