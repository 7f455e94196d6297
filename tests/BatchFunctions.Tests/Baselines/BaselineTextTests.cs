using BatchFunctions.Baselines;
using BatchFunctions.Models;

namespace BatchFunctions.Tests.Baselines;

public sealed class BaselineTextTests
{
    [Fact]
    public void What_is_written_is_read_again_as_a_file_and_as_part_of_a_manifest()
    {
        var baseline = new ModelBaseline
        {
            Records = 100,
            Features = new Dictionary<string, Histogram>
            {
                ["age"] = new() { Edges = [-1.5, 1e-7, 3e20], Counts = [60, 35], Other = 2, Missing = 3 },
                ["yes: no"] = new() { Categories = ["true", "Ünseen", "", "a, b", "null", "${X}"], Counts = [50, 30, 10, 4, 3, 3] },
            },
            Score = new() { Edges = [0, 0.5, 1], Counts = [70, 30] },
        };

        string text = BaselineText.Of(baseline);

        AssertSame(baseline, BaselineReader.ReadFile(text, "baseline.yaml"));
        AssertSame(baseline, ModelManifest.Parse("task: binary\n" + text, "manifest.yaml").Baseline!);
    }

    private static void AssertSame(ModelBaseline expected, ModelBaseline actual)
    {
        Assert.Equal(expected.Records, actual.Records);
        Assert.Equal(expected.Features.Keys, actual.Features.Keys);
        foreach ((Histogram one, Histogram other) in expected.Features.Values.Append(expected.Score!).Zip(actual.Features.Values.Append(actual.Score!)))
        {
            Assert.Equal(one.Edges, other.Edges);
            Assert.Equal(one.Categories, other.Categories);
            Assert.Equal(one.Counts, other.Counts);
            Assert.Equal((one.Other, one.Missing), (other.Other, other.Missing));
        }
    }
}
