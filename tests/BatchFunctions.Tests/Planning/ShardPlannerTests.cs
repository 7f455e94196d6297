using BatchFunctions.Data;
using BatchFunctions.Planning;
using BatchFunctions.Storage;
using CsCheck;
using Moq;

namespace BatchFunctions.Tests.Planning;

public sealed class ShardPlannerTests
{
    [Fact]
    public void Shards_cover_every_record_once_in_order_and_are_even_to_within_a_piece() =>
        Gen.Select(Gen.Int[1, 40].Array[0, 12].Array[1, 8], Gen.Int[1, 300]).Sample((files, target) =>
        {
            IReadOnlyList<Shard> shards = Plan(files, target);
            Segment[] pieces = Pieces(files);

            Assert.Equal(Enumerable.Range(0, shards.Count), shards.Select(s => s.Index));
            Assert.Equal(
                pieces.SelectMany(p => Numbers(p)),
                shards.SelectMany(s => s.Segments).SelectMany(Numbers));
            Assert.All(shards.SelectMany(s => s.Segments.Zip(s.Segments.Skip(1))), pair => Assert.NotEqual(pair.First.File, pair.Second.File));
            long total = pieces.Sum(p => p.Records!.Value), largest = pieces.Max(p => p.Records!.Value);
            double even = (double)total / ((total + target - 1) / target);
            Assert.All(shards, s => Assert.InRange(s.Segments.Sum(g => g.Records!.Value), Math.Max(1, even - largest), even + largest));
        });

    [Fact]
    public void A_rest_is_shared_out_and_makes_no_small_shard()
    {
        int[] pieces = [.. Enumerable.Repeat(10, 9)];

        Assert.Equal([40L, 50L], Plan([pieces], 80).Select(s => s.Segments.Sum(g => g.Records!.Value)));
    }

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

    private static IEnumerable<(int File, long Number)> Numbers(Segment segment) =>
        Enumerable.Range(0, (int)segment.Records!.Value).Select(i => (segment.File, segment.FirstRecord + i));

    private static Segment[] Pieces(int[][] files) =>
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
