using BatchFunctions.Baselines;
using CsCheck;

namespace BatchFunctions.Tests.Baselines;

public sealed class BinEdgesTests
{
    private static readonly Gen<(double Value, long Weight)[]> Values =
        Gen.Select(Gen.OneOf(Gen.Int[-100, 100].Select(i => (double)i), Gen.Double[-1e6, 1e6], Gen.Double[0, 1]), Gen.Long[1, 50]).Array[1, 300]
            .Select(v => v.DistinctBy(p => p.Item1).OrderBy(p => p.Item1).Select(p => (p.Item1, p.Item2)).ToArray());

    [Fact]
    public void Edges_ascend_from_the_smallest_value_to_the_largest() => Gen.Select(Values, Gen.Int[2, 40]).Sample((values, bins) =>
    {
        IReadOnlyList<double> edges = BinEdges.Of(values, bins);

        Assert.Equal(values[0].Value, edges[0]);
        Assert.True(edges.Count >= 2 && edges.Count <= (2 * bins) + 1);
        Assert.All(edges.Zip(edges.Skip(1)), pair => Assert.True(pair.First < pair.Second));
        if (values.Length > 1)
            Assert.Equal(values[^1].Value, edges[^1]);
    });

    [Fact]
    public void No_bin_of_several_values_holds_much_more_than_its_share() => Gen.Select(Values, Gen.Int[2, 40]).Sample((values, bins) =>
    {
        IReadOnlyList<double> edges = BinEdges.Of(values, bins);

        double total = values.Sum(v => v.Weight), heaviest = values.Max(v => v.Weight);
        foreach (var bin in values.GroupBy(v => Math.Min(edges.Count - 2, edges.Count(e => v.Value >= e) - 1)).Where(b => b.Count() > 1))
            Assert.InRange(bin.Sum(v => v.Weight), 0, (2 * total / bins) + (2 * heaviest));
    });

    [Fact]
    public void Each_of_a_few_values_has_a_bin_of_its_own() =>
        Assert.Equal([0, 0.5, 1], BinEdges.Of([(0, 900), (1, 100)], 20));

    [Fact]
    public void A_frequent_value_has_a_bin_of_its_own()
    {
        (double, long)[] values = [.. Enumerable.Range(0, 100).Select(i => ((double)i, i == 40 ? 1_000L : 10L))];

        IReadOnlyList<double> edges = BinEdges.Of(values, 10);

        Assert.Contains(edges.Zip(edges.Skip(1)), pair => pair.First is > 39 and <= 40 && pair.Second is > 40 and <= 41);
    }

    [Fact]
    public void Edges_are_short_numbers() =>
        Assert.Equal([0.123456789, 0.5, 0.987654321], BinEdges.Of([(0.123456789, 5), (0.41111, 5), (0.55555, 5), (0.987654321, 5)], 2));

    [Fact]
    public void One_value_is_a_bin() => Assert.Equal([5, Math.BitIncrement(5.0)], BinEdges.Of([(5, 10)], 20));
}
