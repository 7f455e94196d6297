using BatchFunctions.Pipelines;
using BatchFunctions.Retention;
using BatchFunctions.Workflow;
using CsCheck;

namespace BatchFunctions.Tests.Retention;

public sealed class RetentionRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 2, 8, 2, 0, 0, TimeSpan.Zero);

    private static readonly Gen<RunFacts[]> Runs = Gen.Select(
            Gen.Int[0, 4], Gen.Int[0, 60], Gen.Frequency((6, Gen.Const(false)), (1, Gen.Const(true))), Gen.Frequency((4, Gen.Const(false)), (1, Gen.Const(true))))
        .Array[0, 30]
        .Select(runs => runs.Select((r, i) => new RunFacts(
            $"job-{i:D2}",
            r.Item1 switch { 0 => null, 1 => JobStatus.Failed, 2 => JobStatus.SucceededWithWarnings, _ => JobStatus.Succeeded },
            Now.AddDays(-r.Item2),
            r.Item3 ? $"job-{i:D2}" : null,
            r.Item4 ? "ml.churn" : null)).ToArray());

    private static readonly Gen<RetentionDefinition> Policies = Gen.Select(
        Gen.Frequency((1, Gen.Const((int?)null)), (6, Gen.Int[1, 50].Select(d => (int?)d))), Gen.Int[1, 6], (days, last) =>
            new RetentionDefinition { Runs = days is { } age ? TimeSpan.FromDays(age) : null, KeepLast = last });

    [Fact]
    public void Exactly_those_go_whose_time_is_up_and_that_nothing_keeps() =>
        Gen.Select(Runs, Policies).Sample((runs, policy) =>
        {
            IReadOnlyList<string?> kept = RetentionRules.Judge(runs, policy, Now);
            RunFacts[] newest = [.. runs.Where(r => r.IsPublished).OrderByDescending(r => r.EndedAt).ThenByDescending(r => r.JobId, StringComparer.Ordinal)];
            for (int i = 0; i < runs.Length; i++)
            {
                RunFacts run = runs[i];
                bool mustStay = run.Work is not null
                    || run.Status is null
                    || policy.Runs is null
                    || Now - run.EndedAt < policy.Runs
                    || run.Table is not null
                    || newest.Take(policy.KeepLast).Contains(run)
                    || run == newest.FirstOrDefault(r => r.Status == JobStatus.Succeeded);
                if (mustStay != (kept[i] is not null))
                    return false;
            }

            return true;
        });

    [Fact]
    public void What_is_kept_does_not_depend_on_the_order_of_the_runs() =>
        Gen.Select(Runs, Policies, Gen.Int).Sample((runs, policy, seed) =>
        {
            RunFacts[] shuffled = [.. runs];
            new Random(seed).Shuffle(shuffled);
            Dictionary<string, string?> expected = runs.Zip(RetentionRules.Judge(runs, policy, Now)).ToDictionary(r => r.First.JobId, r => r.Second);
            return shuffled.Zip(RetentionRules.Judge(shuffled, policy, Now)).All(r => expected[r.First.JobId] == r.Second);
        });

    [Fact]
    public void Cleaning_again_and_again_removes_nothing_more_and_never_the_last_success() =>
        Gen.Select(Runs, Policies).Sample((runs, policy) =>
        {
            RunFacts[] once = Left(runs, policy), twice = Left(once, policy);
            RunFacts? last = runs.Where(r => r.Status == JobStatus.Succeeded).OrderByDescending(r => r.EndedAt).ThenByDescending(r => r.JobId, StringComparer.Ordinal).FirstOrDefault();
            return once.SequenceEqual(twice) && (last is null || once.Contains(last));
        });

    [Theory]
    [InlineData(JobStatus.Succeeded, 100, null, null, "it is the last successful run")]
    [InlineData(JobStatus.SucceededWithWarnings, 100, null, null, "it is the last published run")]
    [InlineData(JobStatus.Failed, 3, null, null, "it is kept until 2026-02-15 02:00:00Z")]
    [InlineData(JobStatus.Failed, 100, "job-reprocess-1", null, "job job-reprocess-1 is at work on it")]
    [InlineData(JobStatus.Failed, 100, null, "ml.churn", "the table ml.churn refers to it")]
    [InlineData(null, 100, null, null, "its run folder does not say that its job has ended")]
    [InlineData(JobStatus.Failed, 100, null, null, null)]
    public void The_reason_is_told(JobStatus? status, int days, string? work, string? table, string? reason) =>
        Assert.Equal([reason], RetentionRules.Judge([new RunFacts("job", status, Now.AddDays(-days), work, table)], new RetentionDefinition { Runs = TimeSpan.FromDays(10) }, Now));

    private static RunFacts[] Left(RunFacts[] runs, RetentionDefinition policy) =>
        [.. runs.Zip(RetentionRules.Judge(runs, policy, Now)).Where(r => r.Second is not null).Select(r => r.First)];
}
