using BatchFunctions.Workflow;
using CsCheck;

namespace BatchFunctions.Tests.Workflow;

public sealed class RetryPolicyTests
{
    [Fact]
    public void The_waits_double_up_to_the_longest()
    {
        var retry = new RetryPolicy(9, TimeSpan.FromSeconds(10), 2, TimeSpan.FromSeconds(60));
        Assert.Equal([10, 20, 40, 60, 60], Enumerable.Range(1, 5).Select(attempt => retry.DelayAfter(attempt).TotalSeconds));
        Assert.Equal(TimeSpan.Zero, RetryPolicy.None.DelayAfter(1));
    }

    [Fact]
    public void The_waits_never_shrink_and_never_exceed_the_longest() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Double[0.5, 10], Gen.Int[0, 100_000], Gen.Int[1, 1000]).Sample((first, backoff, max, attempt) =>
        {
            var retry = new RetryPolicy(3, TimeSpan.FromSeconds(first), backoff, TimeSpan.FromSeconds(max));
            var wait = retry.DelayAfter(attempt);
            Assert.InRange(wait, TimeSpan.Zero, retry.MaxDelay);
            Assert.True(retry.DelayAfter(attempt + 1) >= wait);
        });
}
