using BatchFunctions.Incremental;
using CsCheck;

namespace BatchFunctions.Tests.Incremental;

public sealed class InputMarkTests
{
    private const int Jobs = 5;
    private static readonly DateTimeOffset Now = new(2026, 2, 8, 2, 0, 0, TimeSpan.Zero);

    private static readonly Gen<(int Job, int What, int First, int Count)[]> Histories =
        Gen.Select(Gen.Int[0, Jobs - 1], Gen.Int[0, 3], Gen.Int[0, 7], Gen.Int[1, 3], (job, what, first, count) => (job, what, first, count)).Array[1, 60];

    /// <summary>Jobs that take any files at any time, publish, fail and repeat their steps.</summary>
    [Fact]
    public void A_version_of_a_file_is_settled_by_one_job_only_and_free_again_when_its_job_gives_it_up() => Histories.Sample(history =>
    {
        var mark = new InputMark();
        var files = new Dictionary<int, int[]>();
        var (publishing, settled) = (new HashSet<int>(), new HashSet<int>());
        foreach (var (job, what, first, count) in history)
        {
            int[] own = files.TryGetValue(job, out int[]? taken) ? taken : files[job] = [.. Enumerable.Range(first, count)];
            bool isFree = publishing.Concat(settled).Where(j => j != job).All(j => !files[j].Intersect(own).Any());
            var claim = new MarkClaim($"job-{job}", Now, [.. own.Select(f => new MarkedFile($"file-{f}", "v1", $"job-{job}"))], null, null);
            switch (what)
            {
                case 0 or 1 when isFree:
                    mark = mark.Claim(claim);
                    if (!settled.Contains(job))
                        publishing.Add(job);
                    break;
                case 0 or 1:
                    Assert.Contains("has scored file-", Assert.Throws<BatchFunctionsException>(() => mark.Claim(claim)).Message, StringComparison.Ordinal);
                    break;
                case 2 when publishing.Contains(job) || settled.Contains(job):
                    mark = mark.Settle(claim, Now);
                    publishing.Remove(job);
                    settled.Add(job);
                    break;
                case 3:
                    mark = mark.Withdraw($"job-{job}");
                    publishing.Remove(job);
                    break;
            }

            Assert.Equal(settled.SelectMany(j => files[j]).Order().Select(f => $"file-{f}"), mark.Files.Select(f => f.Address));
            Assert.Equal(publishing.Select(j => $"job-{j}").Order(), mark.Claims.Select(c => c.JobId).Order());
        }
    });

    [Fact]
    public void The_next_job_of_a_table_goes_on_behind_the_one_that_publishes_and_waits_for_it()
    {
        InputMark mark = new InputMark().Claim(ClaimOf("a", null, 3)).Settle(ClaimOf("a", null, 3), Now).Claim(ClaimOf("b", 3, 5));

        Assert.Equal((3L, 5L), (mark.Table!.Version, mark.NextTable!.Version));
        Assert.Equal(ErrorKind.Transient, Assert.Throws<BatchFunctionsException>(() => mark.Claim(ClaimOf("c", 5, 6))).Kind);
        Assert.Equal(6, mark.Settle(ClaimOf("b", 3, 5), Now).Claim(ClaimOf("c", 5, 6)).Settle(ClaimOf("c", 5, 6), Now).Table!.Version);
        Assert.Contains("goes on from version 5", Assert.Throws<BatchFunctionsException>(() => mark.Withdraw("b").Claim(ClaimOf("c", 5, 6))).Message, StringComparison.Ordinal);

        // A process that was killed after it had settled, and goes on when others have moved the mark since.
        InputMark later = mark.Settle(ClaimOf("b", 3, 5), Now).Claim(ClaimOf("c", 5, 6)).Settle(ClaimOf("c", 5, 6), Now);
        Assert.Same(later, later.Claim(ClaimOf("b", 3, 5)).Settle(ClaimOf("b", 3, 5), Now));
    }

    [Fact]
    public void Files_that_are_gone_are_remembered_for_a_while()
    {
        var mark = new InputMark { Files = [new("a", "v1", "job"), new("b", "v1", "job")] };
        TimeSpan month = TimeSpan.FromDays(30);

        InputMark gone = mark.Seen(new HashSet<string> { "a" }, Now, month);
        Assert.Equal([null, Now], gone.Files.Select(f => f.GoneSince));
        Assert.Same(gone, gone.Seen(new HashSet<string> { "a" }, Now + month, month));
        Assert.Equal([null, null], gone.Seen(new HashSet<string> { "a", "b" }, Now + month, month).Files.Select(f => f.GoneSince));
        Assert.Equal(["a"], gone.Seen(new HashSet<string> { "a" }, Now + month + TimeSpan.FromSeconds(1), month).Files.Select(f => f.Address));
    }

    private static MarkClaim ClaimOf(string job, long? after, long version) => new(job, Now, [], new MarkedTable("/tables/t", "id", version), after);
}
