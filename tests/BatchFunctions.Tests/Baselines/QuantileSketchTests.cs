using BatchFunctions.Baselines;
using CsCheck;

namespace BatchFunctions.Tests.Baselines;

public sealed class QuantileSketchTests
{
    [Fact]
    public void Few_numbers_are_all_kept() => Gen.Int[-50, 50].Array[1, 3_000].Sample(numbers =>
    {
        QuantileSketch sketch = Of(numbers.Select(n => (double)n));

        Assert.Equal(numbers.CountBy(n => (double)n).OrderBy(c => c.Key).Select(c => (c.Key, (long)c.Value)), sketch.Values());
        Assert.Equal((numbers.Min(), numbers.Max()), (sketch.Min, sketch.Max));
    });

    [Theory]
    [InlineData("ascending")]
    [InlineData("descending")]
    [InlineData("shuffled")]
    [InlineData("few")]
    public void The_share_below_a_value_is_within_the_stated_error(string order)
    {
        const int count = 1_000_000;
        double[] numbers = [.. Enumerable.Range(0, count).Select(i => order == "few" ? i % 37 : Math.Pow(i, 1.5))];
        if (order == "descending")
            Array.Reverse(numbers);
        else if (order != "ascending")
            new Random(3).Shuffle(numbers);

        IReadOnlyList<(double Value, long Weight)> values = Of(numbers).Values();

        Array.Sort(numbers);
        double error = Math.Log2(count / 8192.0) / 8192;
        long below = 0;
        foreach ((double value, long weight) in values)
        {
            int at = Array.BinarySearch(numbers, value);
            while (at > 0 && numbers[at - 1] == value)
                at--;
            Assert.InRange(below / (double)count, (at / (double)count) - error, (at / (double)count) + error);
            below += weight;
        }

        Assert.InRange(values.Count, 1, 60_000);
    }

    private static QuantileSketch Of(IEnumerable<double> numbers)
    {
        var sketch = new QuantileSketch();
        foreach (double number in numbers)
            sketch.Add(number);
        return sketch;
    }
}
