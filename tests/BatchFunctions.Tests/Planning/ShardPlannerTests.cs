using BatchFunctions.Data;
using BatchFunctions.Planning;
using BatchFunctions.Storage;
using CsCheck;
using Moq;

namespace BatchFunctions.Tests.Planning;

public sealed class ShardPlannerTests
{
    [Fact]
    public void Shards_cover_every_segment_once_in_order_and_stay_near_the_target() =>
        Gen.Select(Gen.Int[1, 40].Array[0, 12].Array[1, 8], Gen.Int[1, 60]).Sample((files, target) =>
        {
            IReadOnlyList<Shard> shards = Plan(files, target);
            Segment[] planned = [.. shards.SelectMany(s => s.Segments)];

            Assert.Equal(Segments(files), planned);
            Assert.Equal(Enumerable.Range(0, shards.Count), shards.Select(s => s.Index));
            Assert.All(shards, s => Assert.True(s.Segments.Count == 1 || s.Segments.Sum(g => g.Records) <= target));
            Assert.All(shards.Zip(shards.Skip(1)), pair =>
                Assert.True(pair.First.Segments.Sum(g => g.Records) + pair.Second.Segments[0].Records > target, "Two neighbours would have fitted into one shard."));
        });

    [Fact]
    public async Task An_input_without_a_record_is_refused_by_name()
    {
        Mock<IRecordFormat> format = FormatOf([[]]);
        BatchFunctionsException error = await Assert.ThrowsAsync<BatchFunctionsException>(() =>
            new ShardPlanner(format.Object, 10).PlanAsync([File(0)], TestContext.Current.CancellationToken));

        Assert.Equal(ErrorKind.Request, error.Kind);
        Assert.Contains("file-0", error.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<Shard> Plan(int[][] files, int target)
    {
        if (files.All(f => f.Length == 0))
            files = [[1]];
        return new ShardPlanner(FormatOf(files).Object, target).PlanAsync([.. files.Select((_, i) => File(i))], CancellationToken.None).GetAwaiter().GetResult();
    }

    private static Segment[] Segments(int[][] files) =>
        files.All(f => f.Length == 0) ? [new Segment(0, 0, 1, 0, 1)] : [.. files.SelectMany((f, i) => Split(f, i))];

    private static IEnumerable<Segment> Split(int[] records, int file)
    {
        long first = 0;
        for (int i = 0; i < records.Length; i++)
        {
            yield return new Segment(file, i, 1, first, records[i]);
            first += records[i];
        }
    }

    private static Mock<IRecordFormat> FormatOf(int[][] files)
    {
        var format = new Mock<IRecordFormat>();
        format.Setup(f => f.SplitAsync(It.IsAny<SourceFile>(), It.IsAny<int>(), It.IsAny<long>(), It.IsAny<CancellationToken>()))
            .Returns((SourceFile _, int i, long _, CancellationToken _) => Task.FromResult<IReadOnlyList<Segment>>([.. Split(files[i], i)]));
        return format;
    }

    private static SourceFile File(int i) => new(Mock.Of<IObjectStore>(s => s.Address == "store"), $"file-{i}", 1, "etag");
}
