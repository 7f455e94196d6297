using BatchFunctions.Data;
using BatchFunctions.Pipelines;
using BatchFunctions.Scoring;

namespace BatchFunctions.Tests.Scoring;

public sealed class DecisionStageTests
{
    [Fact]
    public void Without_decisions_nothing_is_added() =>
        Assert.Empty(new DecisionStage(new DecisionsDefinition(), DataType.Float32).Columns);

    [Fact]
    public void The_threshold_itself_is_class_1()
    {
        var stage = new DecisionStage(new DecisionsDefinition { Threshold = 0.5 }, DataType.Float64);

        stage.Decide(Scores(0.49999, 0.5, 0.50001));

        Assert.Equal([0, 1, 1], ((Column<int>)stage.Columns.Single()).Values.ToArray());
        Assert.Equal([1, 2], stage.ClassCounts);
    }

    [Fact]
    public void Platt_calibration_comes_before_threshold_and_bands()
    {
        var stage = new DecisionStage(
            new DecisionsDefinition
            {
                Calibration = new CalibrationDefinition { Platt = new PlattDefinition { A = -1.1, B = 0.03 } },
                Threshold = 0.7,
                Bands = new Dictionary<string, double> { ["low"] = 0.3, ["high"] = 1.0 },
            },
            DataType.Float64);

        stage.Decide(Scores(-2, 2));

        double[] expected = [1 / (1 + Math.Exp(2.2 + 0.03)), 1 / (1 + Math.Exp(-2.2 + 0.03))];
        Assert.Equal(expected, ((Column<double>)stage.Columns[0]).Values.ToArray());
        Assert.Equal([0, 1], ((Column<int>)stage.Columns[1]).Values.ToArray());
        Assert.Equal(["low", "high"], Texts(stage.Columns[2]));
    }

    [Fact]
    public void A_band_holds_its_upper_end_and_the_last_one_all_above()
    {
        var stage = new DecisionStage(
            new DecisionsDefinition { Bands = new Dictionary<string, double> { ["high"] = 1.0, ["low"] = 0.3, ["medium"] = 0.7 } },
            DataType.Float64);

        stage.Decide(Scores(0, 0.3, 0.30001, 0.7, 0.9, 1.5));

        Assert.Equal(["low", "low", "medium", "medium", "high", "high"], Texts(stage.Columns.Single()));
        Assert.Equal(["low", "medium", "high"], stage.BandNames);
        Assert.Equal([2L, 2L, 2L], stage.BandCounts);
    }

    private static Column<double> Scores(params double[] values)
    {
        var column = (Column<double>)Column.Create(new Field("score", DataType.Float64));
        column.Reset(values.Length);
        values.CopyTo(column.Values);
        return column;
    }

    private static IEnumerable<string?> Texts(Column column) => Enumerable.Range(0, column.Length).Select(((Utf8Column)column).GetString);
}
