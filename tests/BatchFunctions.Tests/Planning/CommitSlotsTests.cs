using BatchFunctions.Planning;

namespace BatchFunctions.Tests.Planning;

public sealed class CommitSlotsTests
{
    [Theory]
    [InlineData(20, 100_000_000, 2, 1)]
    [InlineData(20, 100_000_000, 8, 2)]
    [InlineData(20, 100_000_000, 9, 3)]
    [InlineData(200, 100_000_000, 2, 4)]
    [InlineData(10_000, 50_000_000, 2, 16)]
    [InlineData(100_000, 50_000_000, 2, 16)]
    [InlineData(1, 0, 1, 16)]
    [InlineData(1, long.MaxValue, 1000, 16)]
    public void Small_shards_get_many_and_large_ones_few(int shards, long bytes, int maxParallel, int expected) =>
        Assert.Equal(expected, CommitSlots.Of(shards, bytes, maxParallel, most: 16));

    [Fact]
    public void Where_shards_are_spread_over_machines_there_are_none() => Assert.Equal(0, CommitSlots.Of(10_000, 1_000, 32, most: 0));
}
