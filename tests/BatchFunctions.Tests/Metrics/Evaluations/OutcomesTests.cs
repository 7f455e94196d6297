using System.Text.Json;
using BatchFunctions.Metrics;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Results.Evaluations;
using BatchFunctions.TestSupport;
using CsCheck;

namespace BatchFunctions.Tests.Metrics.Evaluations;

public sealed class OutcomesTests
{
    private const double Clip = 1.1920928955078125E-07;
    private const int Kinds = 4;

    private static readonly Gen<(double Score, bool Positive)> Record = Gen.Select(
        Gen.OneOf(Gen.Float[0, 1].Select(f => (double)f), Gen.OneOf(0.0, 1, 0.5, 0.1, 0.30000001192092896, 1E-30)), Gen.Bool, (score, positive) => (score, positive));

    private static readonly Gen<(int Actual, int Predicted, double Score)> ClassRecord =
        Gen.Select(Gen.Int[0, Kinds - 1], Gen.Int[0, Kinds], Gen.Double[0, 1], (actual, predicted, score) => (actual, predicted, score));

    private static readonly Gen<(double Actual, double Predicted)> ValueRecord =
        Gen.Select(Gen.OneOf(Gen.Double[-1E6, 1E6], Gen.Double[-1, 1], Gen.OneOf(0.0, 1E100)), Gen.Double[-1E6, 1E6], (actual, predicted) => (actual, predicted));

    [Fact]
    public void Measures_of_two_classes_are_scikit_learns() =>
        Record.Array[2, 1200].Where(r => r.Any(x => x.Positive) && r.Any(x => !x.Positive)).Sample(
            records =>
            {
                Measures m = MeasureCalculation.Of(Binary(records));
                (bool[] actual, double[] scores) = ([.. records.Select(r => r.Positive)], [.. records.Select(r => r.Score)]);
                bool[] predicted = [.. scores.Select(s => s >= 0.5)];
                (double precision, double recall, double f1) = ReferenceMeasures.OfClass(actual, predicted, true);

                Assert.Equal((ReferenceMeasures.Accuracy(actual, predicted), precision, recall, f1), (m.Accuracy, m.Precision, m.Recall, m.F1));
                Assert.Equal(ReferenceMeasures.LogLoss(actual, scores, Clip), m.LogLoss!.Value, 2e-12);
                Assert.Equal(ReferenceMeasures.Brier(actual, scores), m.Brier!.Value, 2e-12);
                Assert.Equal(ReferenceMeasures.Auc(actual, scores), m.Auc!.Value, 1e-13);
                Assert.Equal((double)actual.Count(p => p) / actual.Length, m.PositiveRate);
                Assert.Equal((double)predicted.Count(p => p) / actual.Length, m.PredictedPositiveRate);
            },
            iter: 60);

    [Fact]
    public void Calibration_ranges_hold_what_falls_into_them() =>
        Record.Array[1, 500].Sample(
            records =>
            {
                CalibrationBins bins = Binary(records).Calibration!;
                for (int i = 0; i < CalibrationBins.Count; i++)
                {
                    (double Score, bool Positive)[] inside = [.. records.Where(r => r.Score >= i / 10.0 && (r.Score < (i + 1) / 10.0 || i == 9))];
                    Assert.Equal((inside.Length, inside.Count(r => r.Positive)), (bins.RecordsOf(i), bins.PositivesOf(i)));
                    if (inside.Length > 0)
                        Assert.Equal(inside.Average(r => r.Score), bins.MeanScoreOf(i), 2e-12);
                }
            },
            iter: 60);

    [Fact]
    public void Scores_that_are_no_probabilities_have_no_log_loss()
    {
        Measures m = MeasureCalculation.Of(Binary([(-2, false), (0.5, true), (3.5, true), (1, false), (0, false)]));

        Assert.Equal((null, null, null), (m.LogLoss, m.Brier, m.CalibrationError));
        Assert.Equal(5 / 6.0, m.Auc!.Value, 1e-15);
    }

    [Fact]
    public void Parts_of_two_classes_merge_to_the_same_bytes_in_any_order() =>
        Partitions.Of(Record, 600, 6).Sample(
            cut => Assert.Equal(Json(Binary(cut.Items)), Json(Partitions.Merge(cut, items => Again(Binary(items)), (one, other) => one.Merge(other)))),
            iter: 60);

    [Fact]
    public void Parts_of_several_classes_merge_to_the_same_bytes_in_any_order() =>
        Partitions.Of(ClassRecord, 300, 6).Sample(
            cut => Assert.Equal(Json(Classes(cut.Items)), Json(Partitions.Merge(cut, items => Again(Classes(items)), (one, other) => one.Merge(other)))),
            iter: 60);

    [Fact]
    public void Parts_of_numbers_merge_to_the_same_bytes_in_any_order() =>
        Partitions.Of(ValueRecord, 300, 6).Sample(
            cut => Assert.Equal(Json(Values(cut.Items)), Json(Partitions.Merge(cut, items => Again(Values(items)), (one, other) => one.Merge(other)))),
            iter: 60);

    [Fact]
    public void Records_together_count_as_they_do_one_by_one()
    {
        Record.Array[0, 700].Sample(
            records => Assert.Equal(Json(new BinaryOutcomes(Clip), records.Select(r => Binary([r]))), Json(Binary(records))),
            iter: 20);
        ClassRecord.Array[0, 700].Sample(
            records => Assert.Equal(Json(new ClassOutcomes(Kinds, Clip), records.Select(r => Classes([r]))), Json(Classes(records))),
            iter: 20);
        ValueRecord.Array[0, 1500].Sample(
            records => Assert.Equal(Json(new ValueOutcomes(), records.Select(r => Values([r]))), Json(Values(records))),
            iter: 20);
    }

    // With fifty classes the cells in use are kept one by one.
    [Theory]
    [InlineData(3)]
    [InlineData(50)]
    public void Cells_of_few_and_of_many_classes_are_those_in_use(int classes)
    {
        var random = new Random(classes);
        (int Actual, int Predicted)[] records = [.. Enumerable.Range(0, 5000).Select(_ => (random.Next(classes), random.Next(classes + 1)))];
        var outcomes = new ClassOutcomes(classes, Clip);
        outcomes.Add([.. records.Select(r => (double)r.Actual)], [.. records.Select(r => (double)r.Predicted)], [.. records.Select(_ => 0.5)]);
        var expected = records.GroupBy(r => r).OrderBy(g => g.Key).Select(g => (g.Key.Actual, g.Key.Predicted, (long)g.Count())).ToArray();

        Assert.Equal(expected, outcomes.Cells());
        Assert.Equal(expected, ((ClassOutcomes)Again(outcomes)).Cells());
        Assert.Equal(5000, outcomes.Records);
    }

    [Fact]
    public void Adding_allocates_nothing()
    {
        double[] numbers = [.. Enumerable.Range(0, 3000).Select(i => i % 97 / 97.0)], codes = [.. Enumerable.Range(0, 3000).Select(i => (double)(i % 2))];
        Outcomes[] all = [new BinaryOutcomes(Clip), new ClassOutcomes(3, Clip), new ValueOutcomes()];
        void Add()
        {
            foreach (Outcomes outcomes in all)
                outcomes.Add(codes, codes, numbers);
        }

        Add();
        Assert.Equal(0, Allocations.Least(Add));
    }

    [Fact]
    public void Measures_of_several_classes_are_scikit_learns() =>
        ClassRecord.Where(r => r.Predicted < Kinds).Array[1, 300].Sample(
            records =>
            {
                Measures m = MeasureCalculation.Of(Classes(records));
                (int[] actual, int[] predicted) = ([.. records.Select(r => r.Actual)], [.. records.Select(r => r.Predicted)]);
                var classes = actual.Union(predicted).Select(c => (Class: c, Of: ReferenceMeasures.OfClass(actual, predicted, c))).ToArray();

                Assert.Equal(ReferenceMeasures.Accuracy(actual, predicted), m.Accuracy);
                Assert.Equal(classes.Average(c => c.Of.Precision), m.MacroPrecision!.Value, 1e-14);
                Assert.Equal(classes.Average(c => c.Of.Recall), m.MacroRecall!.Value, 1e-14);
                Assert.Equal(classes.Average(c => c.Of.F1), m.MacroF1!.Value, 1e-14);
                Assert.Equal(classes.Sum(c => c.Of.F1 * actual.Count(a => a == c.Class)) / actual.Length, m.WeightedF1!.Value, 1e-14);
                Assert.Equal((m.Accuracy, m.Accuracy, m.Accuracy), (m.MicroPrecision, m.MicroRecall, m.MicroF1));
                Assert.Equal(records.Average(r => -Math.Log(Math.Clamp(r.Score, Clip, 1 - Clip))), m.LogLoss!.Value, 2e-12);
            },
            iter: 100);

    [Fact]
    public void A_prediction_that_is_no_class_is_wrong_and_no_class()
    {
        ClassOutcomes outcomes = Classes([(0, 0, 0.9), (1, Kinds, 0.2)]);
        Measures m = MeasureCalculation.Of(outcomes);

        Assert.Equal((0.5, 1.0, 0.5), (m.Accuracy, m.MicroPrecision, m.MicroRecall));
        Assert.Equal(["a", "b"], MeasureCalculation.ByClass(outcomes, ["a", "b", "c", "d"]).Select(c => c.Measures.Class));
    }

    [Fact]
    public void Measures_of_numbers_are_scikit_learns() =>
        ValueRecord.Where(r => r.Actual < 1E50).Array[2, 200].Sample(
            records =>
            {
                Measures m = MeasureCalculation.Of(Values(records));
                double mean = records.Average(r => r.Actual), spread = records.Sum(r => Math.Pow(r.Actual - mean, 2));
                double squares = records.Sum(r => Math.Pow(r.Predicted - r.Actual, 2));

                Near(records.Average(r => Math.Abs(r.Predicted - r.Actual)), m.Mae);
                Near(Math.Sqrt(squares / records.Length), m.Rmse);
                Assert.Equal(records.Average(r => r.Predicted - r.Actual), m.MeanError!.Value, 1e-8);
                Assert.Equal(records.Max(r => Math.Abs(r.Predicted - r.Actual)), m.MaxError);
                if (spread > 1)
                    Near(1 - (squares / spread), m.R2);
            },
            iter: 100);

    [Fact]
    public void Values_that_are_all_the_same_explain_nothing()
    {
        Measures m = MeasureCalculation.Of(Values([(0.1, 0.2), (0.1, 0.1), (0.1, 0.3)]));

        Assert.Null(m.R2);
        Assert.Equal(0.1, m.MeanActual!.Value, 1e-15);
    }

    [Fact]
    public void Without_records_there_are_no_measures() =>
        Assert.All(
            (Outcomes[])[new BinaryOutcomes(Clip), new ClassOutcomes(3, Clip), new ValueOutcomes()],
            o => Assert.Equal(new Measures(), MeasureCalculation.Of(o)));

    private static void Near(double expected, double? actual) => Assert.Equal(1, actual!.Value / expected, 1e-9);

    private static BinaryOutcomes Binary((double Score, bool Positive)[] records)
    {
        var outcomes = new BinaryOutcomes(Clip);
        foreach ((double Score, bool Positive)[] some in records.Chunk(601))
            outcomes.Add([.. some.Select(r => r.Positive ? 1.0 : 0)], [.. some.Select(r => r.Score >= 0.5 ? 1.0 : 0)], [.. some.Select(r => r.Score)]);
        return outcomes;
    }

    private static ClassOutcomes Classes((int Actual, int Predicted, double Score)[] records)
    {
        var outcomes = new ClassOutcomes(Kinds, Clip);
        outcomes.Add([.. records.Select(r => (double)r.Actual)], [.. records.Select(r => (double)r.Predicted)], [.. records.Select(r => r.Score)]);
        return outcomes;
    }

    private static ValueOutcomes Values((double Actual, double Predicted)[] records)
    {
        var outcomes = new ValueOutcomes();
        outcomes.Add([.. records.Select(r => r.Actual)], [.. records.Select(r => r.Predicted)], []);
        return outcomes;
    }

    private static string Json(Outcomes whole, IEnumerable<Outcomes> parts)
    {
        foreach (Outcomes part in parts)
            whole.Merge(part);
        return Json(whole);
    }

    private static string Json(Outcomes outcomes) => JsonSerializer.Serialize(outcomes.ToRecord(), MetricsJson.Default.OutcomesRecord);

    private static Outcomes Again(Outcomes outcomes) => Outcomes.FromRecord(JsonSerializer.Deserialize(Json(outcomes), MetricsJson.Default.OutcomesRecord)!);
}
