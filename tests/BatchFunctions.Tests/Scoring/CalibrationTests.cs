using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using CsCheck;

namespace BatchFunctions.Tests.Scoring;

public sealed class CalibrationTests
{
    private static readonly IsotonicDefinition Curve = new() { X = [0.1, 0.25, 0.4, 0.8], Y = [0.05, 0.05, 0.5, 0.9] };

    [Theory]
    [InlineData(-3, 0.05)]
    [InlineData(0.1, 0.05)]
    [InlineData(0.2, 0.05)]
    [InlineData(0.25, 0.05)]
    [InlineData(0.325, 0.275)]
    [InlineData(0.4, 0.5)]
    [InlineData(0.5, 0.6)]
    [InlineData(0.8, 0.9)]
    [InlineData(7, 0.9)]
    public void An_isotonic_curve_is_straight_between_its_points_and_level_outside(double score, double expected) =>
        Assert.Equal(expected, Calibrate(new CalibrationDefinition { Isotonic = Curve }, score).Single(), 1e-15);

    [Fact]
    public void An_isotonic_curve_of_one_point_is_level() =>
        Assert.Equal([0.3, 0.3, 0.3], Calibrate(new CalibrationDefinition { Isotonic = new IsotonicDefinition { X = [0.5], Y = [0.3] } }, 0, 0.5, 1));

    [Fact]
    public void Calibration_never_turns_the_order_of_scores() =>
        Gen.Select(Gen.Double[0, 1].Array[2, 50], Gen.Double[0.05, 20], Gen.Int[0, 1]).Sample((scores, temperature, way) =>
        {
            Array.Sort(scores);
            double[] probabilities = Calibrate(way == 0 ? new CalibrationDefinition { Temperature = temperature } : new CalibrationDefinition { Isotonic = Curve }, scores);

            Assert.All(probabilities, p => Assert.InRange(p, 0, 1));
            Assert.All(probabilities.Zip(probabilities.Skip(1)), pair => Assert.True(pair.First <= pair.Second));
        });

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2.5)]
    public void Temperature_divides_the_logit(double temperature)
    {
        double[] scores = [1e-6, 0.1, 0.5, 0.7, 0.999];

        double[] probabilities = Calibrate(new CalibrationDefinition { Temperature = temperature }, scores);

        Assert.All(scores.Zip(probabilities), pair => Assert.Equal(Math.Log(pair.First / (1 - pair.First)) / temperature, Math.Log(pair.Second / (1 - pair.Second)), 1e-9));
        Assert.Equal([0.0, 1.0], Calibrate(new CalibrationDefinition { Temperature = temperature }, 0, 1));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2.5)]
    public void Temperature_of_several_classes_scales_their_logarithms(double temperature)
    {
        double[][] given = [[0.2, 0.3, 0.5], [0.05, 0.9, 0.05], [1e-8, 1e-4, 1 - 1e-4 - 1e-8]];
        DecisionBench bench = new(Decisions(temperature), DecisionBench.Model(ModelTask.Multiclass, DataType.Float64, 3));

        (Dictionary<string, string?[]> added, double[][] scaled) = bench.DecideClasses(given);

        for (int i = 0; i < given.Length; i++)
        {
            double[] powers = [.. given[i].Select(p => Math.Exp(Math.Log(p) / temperature))];
            Assert.All(powers.Zip(scaled[i]), pair => Assert.Equal(pair.First / powers.Sum(), pair.Second, 1e-12));
            Assert.Equal(scaled[i].Max(), double.Parse(added["probability"][i]!, CultureInfo.InvariantCulture), 1e-15);
        }
    }

    [Fact]
    public void Of_several_classes_what_has_no_probability_gets_none_and_what_is_sure_stays_sure()
    {
        DecisionBench bench = new(Decisions(3), DecisionBench.Model(ModelTask.Multiclass, DataType.Float32, 3));

        (Dictionary<string, string?[]> added, double[][] scaled) = bench.DecideClasses([0, 0, 1], [0, 0, 0], [0, 0.5, 0.5]);

        Assert.Equal([[0, 0, 1], [0, 0, 0], [0, 0.5, 0.5]], scaled);
        Assert.Equal(["1", "0", "0.5"], added["probability"]);
    }

    [Fact]
    public void Several_classes_are_calibrated_alike_in_every_row_of_a_large_batch()
    {
        double[][] given = [.. Enumerable.Range(0, 3000).Select(i => new[] { 0.2, 0.3, 0.5 })];
        DecisionBench bench = new(Decisions(2), DecisionBench.Model(ModelTask.Multiclass, DataType.Float64, 3));

        (_, double[][] scaled) = bench.DecideClasses(given);

        Assert.All(scaled, record => Assert.Equal(scaled[0], record));
        Assert.Equal(0, Allocations.Least(bench.DecideAgain));
    }

    [Theory]
    [InlineData(ModelTask.Binary)]
    [InlineData(ModelTask.Multiclass)]
    public void Temperature_refuses_what_is_no_probability(ModelTask task)
    {
        DecisionBench bench = new(Decisions(2), DecisionBench.Model(task, DataType.Float64, task == ModelTask.Binary ? 1 : 2));

        BatchFunctionsException error = Assert.Throws<BatchFunctionsException>(() => task == ModelTask.Binary ? bench.Decide(0.5, 3.25) : bench.DecideClasses([0.5, 3.25]).Added);

        Assert.Equal(ErrorKind.Request, error.Kind);
        Assert.StartsWith("Temperature scaling takes probabilities, and test@1 gave 3.25.", error.Message, StringComparison.Ordinal);
    }

    private static DecisionsDefinition Decisions(double temperature) => new() { Calibration = new CalibrationDefinition { Temperature = temperature } };

    private static double[] Calibrate(CalibrationDefinition calibration, params double[] scores) =>
        [.. new DecisionBench(new DecisionsDefinition { Calibration = calibration }).Decide(scores)["probability"].Select(p => double.Parse(p!, CultureInfo.InvariantCulture))];
}
