using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Monitoring;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Tests.Monitoring;

public sealed class DriftPlannerTests
{
    private static readonly Field[] Columns = [new("id", DataType.String), new("age", DataType.Int64), new("region", DataType.String)];
    private static readonly Histogram Numbers = new() { Edges = [0, 50, 100], Counts = [60, 40] };
    private static readonly Histogram Words = new() { Categories = ["north", "south"], Counts = [60, 40] };

    [Fact]
    public void Features_come_in_the_order_of_the_columns_with_their_limits()
    {
        var monitoring = new MonitoringDefinition
        {
            Drift = new() { Psi = 0.3 },
            Score = new() { Ks = 0.1 },
            Features = new Dictionary<string, DriftLimits> { ["age"] = new() },
        };
        DriftPlan plan = Plan(monitoring, Baseline(("region", Words), ("age", Numbers), ("gone", Numbers)) with { Score = Numbers });

        Assert.Equal(["age", "region"], plan.Features.Select(f => f.Name));
        Assert.Equal([new DriftLimits(), new DriftLimits { Psi = 0.3 }], plan.Features.Select(f => f.Limits));
        Assert.Equal(new DriftLimits { Ks = 0.1 }, plan.Score!.Limits);
        Assert.Equal(["gone"], plan.NotRead);
        Assert.Equal(["income"], plan.WithoutBaseline);
    }

    [Fact]
    public void Without_limits_there_are_the_usual_ones_and_without_any_in_the_mapping_there_are_none()
    {
        ModelBaseline baseline = Baseline(("age", Numbers)) with { Score = Numbers };

        DriftPlan usual = Plan(new(), baseline), none = Plan(new() { Drift = new() }, baseline);

        Assert.Equal(new DriftLimits { Psi = 0.2, MissingRate = 0.03, UnseenRate = 0.01 }, usual.Features[0].Limits);
        Assert.Equal(usual.Features[0].Limits, usual.Score!.Limits);
        Assert.Equal((new DriftLimits(), new DriftLimits()), (none.Features[0].Limits, none.Score!.Limits));
    }

    [Fact]
    public void A_vector_has_no_scores_to_compare() =>
        Assert.Null(Plan(new(), Baseline(("age", Numbers)) with { Score = Numbers }, ModelTask.Vector).Score);

    [Theory]
    [InlineData("age", false, "it has 'age' by categories, and the job reads it as int64")]
    [InlineData("region", true, "it has 'region' by edges, and the job reads it as string")]
    [InlineData("Alter", true, "it has none of the columns that the job reads (id, age, region)")]
    public void What_does_not_fit_is_named(string feature, bool isNumeric, string complaint) =>
        Assert.Contains(complaint, Refusal(new(), Baseline((feature, isNumeric ? Numbers : Words))), StringComparison.Ordinal);

    [Theory]
    [InlineData("aeg", "monitoring.features has limits for 'aeg', which it does not have; did you mean 'age'?")]
    [InlineData("region", "monitoring.features has limits for 'region', which it does not have")]
    [InlineData("weather", "monitoring.features has limits for 'weather', which the job does not read")]
    public void Limits_for_what_is_not_compared_are_refused(string feature, string complaint)
    {
        string message = Refusal(new() { Features = new Dictionary<string, DriftLimits> { [feature] = new() } }, Baseline(("age", Numbers)));

        Assert.Contains(complaint, message, StringComparison.Ordinal);
        Assert.Contains("The baseline of churn@1.0.0 does not fit", message, StringComparison.Ordinal);
    }

    private static string Refusal(MonitoringDefinition monitoring, ModelBaseline baseline)
    {
        var e = Assert.Throws<BatchFunctionsException>(() => Plan(monitoring, baseline));
        Assert.Equal(ErrorKind.Request, e.Kind);
        return e.Message;
    }

    private static DriftPlan Plan(MonitoringDefinition monitoring, ModelBaseline baseline, ModelTask task = ModelTask.Binary) =>
        DriftPlanner.Plan(monitoring, baseline, "churn@1.0.0", null, Columns, new ModelSignature
        {
            Model = "churn@1.0.0",
            Task = task,
            Inputs = [],
            Features = [.. ((string[])["age", "region", "income"]).Select(n => new ModelFeature { Name = n, Type = DataType.Float64, Input = n, TensorType = DataType.Float32, Missing = MissingRule.Nan })],
            Score = new ModelOutput("score", DataType.Float32, 2, 1),
        });

    private static ModelBaseline Baseline(params (string Name, Histogram Histogram)[] features) =>
        new() { Records = 100, Features = features.ToDictionary(f => f.Name, f => f.Histogram) };
}
