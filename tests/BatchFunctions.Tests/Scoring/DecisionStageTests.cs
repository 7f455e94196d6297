using BatchFunctions.Data;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Tests.Scoring;

public sealed class DecisionStageTests
{
    [Fact]
    public void Without_decisions_nothing_is_added() => Assert.Empty(Decide(new DecisionsDefinition(), 0.5));

    [Fact]
    public void The_threshold_itself_is_class_1() =>
        Assert.Equal(["0", "1", "1"], Decide(new DecisionsDefinition { Threshold = 0.5 }, 0.49999, 0.5, 0.50001)["prediction"]);

    [Fact]
    public void Classes_are_counted()
    {
        DecisionBench bench = new(new DecisionsDefinition { Threshold = 0.5 });

        bench.Decide(0.49999, 0.5, 0.50001);

        Assert.Equal([1, 2], bench.Stage.ClassCounts);
    }

    [Fact]
    public void A_float32_score_meets_a_limit_that_it_is_rounded_to()
    {
        DecisionBench bench = new(
            new DecisionsDefinition
            {
                Threshold = 0.7,
                Thresholds = new ThresholdsDefinition { By = "region", Values = new Dictionary<string, double> { ["north"] = 0.6 } },
                Bands = new Dictionary<string, double> { ["low"] = 0.3, ["high"] = 1.0 },
                Rules = [new RuleDefinition { When = "score >= 0.7", Action = "call" }],
            },
            DataType.Float32,
            new Field("region", DataType.String));

        // As float32, 0.7 and 0.6 are below and above themselves, 0.3 above itself.
        var decided = bench.Decide([0.7, 0.6, 0.3], ["west", "north", "west"]);

        Assert.Equal(["1", "1", "0"], decided["prediction"]);
        Assert.Equal(["high", "high", "low"], decided["band"]);
        Assert.Equal(["call", null, null], decided["action"]);
    }

    [Fact]
    public void Calibration_comes_before_threshold_and_bands()
    {
        DecisionsDefinition decisions = new()
        {
            Calibration = new CalibrationDefinition { Platt = new PlattDefinition { A = -1.1, B = 0.03 } },
            Threshold = 0.7,
            Bands = new Dictionary<string, double> { ["low"] = 0.3, ["high"] = 1.0 },
        };

        var decided = Decide(decisions, -2, 2);

        Assert.Equal([Text(1 / (1 + Math.Exp(2.2 + 0.03))), Text(1 / (1 + Math.Exp(-2.2 + 0.03)))], decided["probability"]);
        Assert.Equal(["0", "1"], decided["prediction"]);
        Assert.Equal(["low", "high"], decided["band"]);
    }

    [Fact]
    public void A_band_holds_its_upper_end_and_the_last_one_all_above()
    {
        DecisionBench bench = new(new DecisionsDefinition { Bands = new Dictionary<string, double> { ["high"] = 1.0, ["low"] = 0.3, ["medium"] = 0.7 } });

        var decided = bench.Decide(0, 0.3, 0.30001, 0.7, 0.9, 1.5);

        Assert.Equal(["low", "low", "medium", "medium", "high", "high"], decided["band"]);
        Assert.Equal(["low", "medium", "high"], bench.Stage.BandNames);
        Assert.Equal([2L, 2L, 2L], bench.Stage.BandCounts);
    }

    [Fact]
    public void Each_segment_has_its_threshold_and_all_others_the_common_one()
    {
        DecisionBench bench = new(
            new DecisionsDefinition
            {
                Threshold = 0.5,
                Thresholds = new ThresholdsDefinition { By = "region", Values = new Dictionary<string, double> { ["north"] = 0.6, ["south"] = 0.7 } },
            },
            DataType.Float64,
            new Field("region", DataType.String));

        var decided = bench.Decide([0.65, 0.65, 0.65, 0.65, 0.4], ["north", "south", "west", null, "north"]);

        Assert.Equal(["1", "0", "1", "1", "0"], decided["prediction"]);
        Assert.Equal([2, 3], bench.Stage.ClassCounts);
    }

    [Theory]
    [InlineData(DataType.Int64, "7", 7L, 8L)]
    [InlineData(DataType.Int32, "7", 7, 8)]
    [InlineData(DataType.Bool, "true", true, false)]
    public void Segments_are_whole_numbers_and_flags_too(DataType type, string segment, object seen, object unseen)
    {
        DecisionBench bench = new(
            new DecisionsDefinition { Threshold = 0.5, Thresholds = new ThresholdsDefinition { By = "code", Values = new Dictionary<string, double> { [segment] = 0.9 } } },
            DataType.Float64,
            new Field("code", type));

        Assert.Equal(["0", "1"], bench.Decide([0.6, 0.6], [seen, unseen])["prediction"]);
    }

    [Fact]
    public void A_record_of_an_unseen_segment_is_a_reject_where_that_is_asked_for()
    {
        DecisionBench bench = new(
            new DecisionsDefinition
            {
                Thresholds = new ThresholdsDefinition { By = "region", Values = new Dictionary<string, double> { ["north"] = 0.6 }, Unseen = UnseenSegmentAction.Reject },
            },
            DataType.Float64,
            new Field("region", DataType.String));

        IReadOnlyList<RecordFault> faults = bench.Check(["north", "west", null, "north", "west"]);

        Assert.Equal([(1, FaultCodes.NotAllowed), (2, FaultCodes.Missing), (4, FaultCodes.NotAllowed)], faults.Select(f => (f.Row, f.Code)));
        Assert.Equal("'region' is 'west', for which there is no threshold; there are north.", faults[0].Reason);
    }

    [Fact]
    public void Segments_of_fractions_are_refused()
    {
        BatchFunctionsException error = Assert.Throws<BatchFunctionsException>(() => new DecisionBench(
            new DecisionsDefinition { Threshold = 0.5, Thresholds = new ThresholdsDefinition { By = "x", Values = new Dictionary<string, double> { ["1"] = 0.6 } } },
            DataType.Float64,
            new Field("x", DataType.Float64)));

        Assert.Equal("decisions.thresholds.by: 'x' is float64; segments are told apart by text, whole numbers, or true and false.", error.Message);
    }

    [Fact]
    public void The_first_rule_that_matches_gives_the_action()
    {
        DecisionBench bench = new(
            new DecisionsDefinition
            {
                Threshold = 0.5,
                Bands = new Dictionary<string, double> { ["low"] = 0.5, ["high"] = 1 },
                Rules =
                [
                    new RuleDefinition { When = "prediction = 1 and tenure < 12", Action = "call" },
                    new RuleDefinition { When = "band = 'high'", Action = "mail" },
                    new RuleDefinition { When = "tenure is null", Action = "call" },
                ],
            },
            DataType.Float64,
            new Field("tenure", DataType.Int64));

        var decided = bench.Decide([0.9, 0.9, 0.1, 0.1, 0.9], [5L, 50L, 5L, null, null]);

        Assert.Equal(["call", "mail", null, "call", "mail"], decided["action"]);
        Assert.Equal(["call", "mail"], bench.Stage.ActionNames);
        Assert.Equal([2L, 2L], bench.Stage.ActionCounts.ToArray());
    }

    [Fact]
    public void A_rule_without_a_condition_is_for_all_that_are_left()
    {
        DecisionBench bench = new(new DecisionsDefinition
        {
            Rules = [new RuleDefinition { When = "score > 0.5", Action = "call" }, new RuleDefinition { Action = "wait" }],
        });

        Assert.Equal(["wait", "call"], bench.Decide(0.1, 0.9)["action"]);
    }

    [Fact]
    public void In_a_rule_a_column_that_scoring_adds_goes_before_one_of_the_input()
    {
        DecisionBench bench = new(
            new DecisionsDefinition { Rules = [new RuleDefinition { When = "score > 0.5", Action = "call" }] },
            DataType.Float64,
            new Field("score", DataType.Float64));

        Assert.Equal([null, "call"], bench.Decide([0.1, 0.9], [0.9, 0.1])["action"]);
    }

    [Fact]
    public void A_rule_that_does_not_fit_is_refused()
    {
        BatchFunctionsException error = Assert.Throws<BatchFunctionsException>(() =>
            new DecisionBench(new DecisionsDefinition { Rules = [new RuleDefinition { When = "scor > 0.5", Action = "call" }] }));

        Assert.Equal("decisions.rules[0].when, character 1: There is no column 'scor'; did you mean 'score'?", error.Message);
    }

    [Fact]
    public void Nothing_is_allocated_for_a_batch()
    {
        DecisionBench bench = new(
            new DecisionsDefinition
            {
                Calibration = new CalibrationDefinition { Temperature = 1.5 },
                Threshold = 0.5,
                Thresholds = new ThresholdsDefinition { By = "region", Values = new Dictionary<string, double> { ["north"] = 0.6 } },
                Bands = new Dictionary<string, double> { ["low"] = 0.3, ["high"] = 1.0 },
                Rules = [new RuleDefinition { When = "probability >= 0.7 and region = 'north'", Action = "call" }, new RuleDefinition { Action = "wait" }],
            },
            DataType.Float32,
            new Field("region", DataType.String));
        double[] scores = [.. Enumerable.Range(0, 3000).Select(i => i / 3000.0)];
        bench.Decide(scores, [.. scores.Select(s => s > 0.3 ? "north" : null)]);

        Assert.Equal(0, Allocations.Least(bench.DecideAgain));
    }

    private static Dictionary<string, string?[]> Decide(DecisionsDefinition decisions, params double[] scores) => new DecisionBench(decisions).Decide(scores);

    private static string Text(double number) => number.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
