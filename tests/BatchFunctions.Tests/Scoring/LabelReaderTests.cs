using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Planning;
using BatchFunctions.Scoring;
using BatchFunctions.Tests.Models;
using CsCheck;

namespace BatchFunctions.Tests.Scoring;

public sealed class LabelReaderTests
{
    private const double None = double.NaN;

    [Fact]
    public void Text_labels_are_found_by_name_and_every_other_one_is_negative_where_none_is_named()
    {
        (double[] actual, EvaluationMetrics metrics) = Read(EvaluationTask.Binary, [null, "Yes"], DataType.String, "Yes", "No", null, "", "yes", "No");

        Assert.Equal([1, 0, None, None, 0, 0], actual);
        Assert.Equal((2, 0), (metrics.MissingLabels, metrics.UnknownLabels));
        Assert.Equal(["No", "yes"], metrics.OtherNames.Names);
    }

    [Fact]
    public void Text_labels_that_are_neither_of_two_named_ones_are_unknown()
    {
        (double[] actual, EvaluationMetrics metrics) = Read(EvaluationTask.Binary, ["No", "Yes"], DataType.String, "Yes", "No", "maybe", "later", "maybe");

        Assert.Equal([1, 0, None, None, None], actual);
        Assert.Equal((0, 3), (metrics.MissingLabels, metrics.UnknownLabels));
        Assert.Equal(["later", "maybe"], metrics.UnknownNames.Names);
        Assert.Empty(metrics.OtherNames.Names);
    }

    [Theory]
    [InlineData("0", "1")]
    [InlineData("false", "true")]
    [InlineData("0.0", "1.0")]
    public void Numbers_and_truth_are_read_however_they_are_spelled(string negative, string positive)
    {
        Assert.Equal([1, 0, 1, 0, 1, 0, None], Read(EvaluationTask.Binary, [negative, positive], DataType.String, "1", "0", "1.0", "0e0", "True", "FALSE", "2").Actual);
        Assert.Equal([1, 0, None, None], Read(EvaluationTask.Binary, [negative, positive], DataType.Int64, 1, 0, 2, null).Actual);
        Assert.Equal([1, 0, None, None], Read(EvaluationTask.Binary, [negative, positive], DataType.Float64, 1.0, 0.0, 0.5, double.NaN).Actual);
        Assert.Equal([1, 0, None], Read(EvaluationTask.Binary, [negative, positive], DataType.Float32, 1.0, 0.0, null).Actual);
        Assert.Equal([1, 0], Read(EvaluationTask.Binary, [negative, positive], DataType.Int32, 1, 0).Actual);
        Assert.Equal([1, 0, None], Read(EvaluationTask.Binary, [negative, positive], DataType.Bool, true, false, null).Actual);
    }

    [Fact]
    public void Every_other_number_is_negative_where_none_is_named()
    {
        (double[] actual, EvaluationMetrics metrics) = Read(EvaluationTask.Binary, [null, "2"], DataType.Int64, 2, 1, 7, 1, null);

        Assert.Equal([1, 0, 0, 0, None], actual);
        Assert.Equal(["1", "7"], metrics.OtherNames.Names);
        Assert.Equal((1, 0), (metrics.MissingLabels, metrics.UnknownLabels));
    }

    [Theory]
    [InlineData("0", "1")]
    [InlineData("1", "0")]
    [InlineData(null, "1")]
    [InlineData("300", "-2")]
    public void Numbers_are_read_side_by_side_as_they_are_one_by_one(string? negative, string positive) =>
        Gen.Frequency((20, Gen.OneOf<double?>(0, 1)), (2, Gen.OneOf<double?>(300, -2)), (1, Gen.OneOf<double?>(2, 0.5, null, -0.0))).Array[0, 60].Sample(
            labels =>
            {
                (double[] actual, EvaluationMetrics metrics) = Read(EvaluationTask.Binary, [negative, positive], DataType.Float64, [.. labels.Select(l => (object?)l)]);
                string?[] spelled = [.. labels.Select(l => (l + 0.0)?.ToString(CultureInfo.InvariantCulture))];

                Assert.Equal(spelled.Select(l => l == positive ? 1 : l is not null && (l == negative || negative is null) ? 0 : None), actual);
                Assert.Equal((spelled.Count(l => l is null), spelled.Where(l => l is not null).Count(l => negative is not null && l != negative && l != positive)), (metrics.MissingLabels, metrics.UnknownLabels));
                Assert.Equal(
                    negative is null ? spelled.OfType<string>().Where(l => l != positive).Distinct().Order(StringComparer.Ordinal) : [],
                    metrics.OtherNames.Names);
            },
            iter: 200);

    [Fact]
    public void Many_classes_are_found_by_their_numbers()
    {
        string[] classes = [.. Enumerable.Range(-5, 400).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        (double[] actual, EvaluationMetrics metrics) = Read(EvaluationTask.Multiclass, classes, DataType.Int64, -6, -5, -1, 0, 255, 256, 394, 395, null);

        Assert.Equal([None, 0, 4, 5, 260, 261, 399, None, None], actual);
        Assert.Equal((1, 2), (metrics.MissingLabels, metrics.UnknownLabels));
    }

    [Fact]
    public void Several_classes_are_found_by_their_names()
    {
        (double[] actual, EvaluationMetrics metrics) = Read(EvaluationTask.Multiclass, ["red", "green", "10"], DataType.String, "green", "10", "10.0", "red", "blue");

        Assert.Equal([1, 2, 2, 0, None], actual);
        Assert.Equal(["blue"], metrics.UnknownNames.Names);
        Assert.Equal([2, None, 0], Read(EvaluationTask.Multiclass, ["0", "1", "2"], DataType.Int64, 2, 3, 0).Actual);
    }

    [Fact]
    public void Numbers_are_read_from_numbers_and_from_text()
    {
        (double[] actual, EvaluationMetrics metrics) = Read(EvaluationTask.Regression, [], DataType.String, "1.5", "-2e3", "", null, "n/a", "1e200", "inf", new string('1', 300));

        Assert.Equal([1.5, -2000, None, None, None, None, None, None], actual);
        Assert.Equal((2, 4), (metrics.MissingLabels, metrics.UnknownLabels));
        Assert.Equal(["1e200", "inf", "n/a"], metrics.UnknownNames.Names);
        Assert.Equal([3, None, None], Read(EvaluationTask.Regression, [], DataType.Float64, 3, double.NaN, double.PositiveInfinity).Actual);
        Assert.Equal([3, None], Read(EvaluationTask.Regression, [], DataType.Int64, 3, null).Actual);
    }

    [Fact]
    public void More_spellings_than_are_remembered_are_understood_all_the_same()
    {
        object[] labels = [.. Enumerable.Range(0, 3000).Select(i => i % 3 == 0 ? "Yes" : $"no {i}"), new string('n', 1000)];
        (double[] actual, EvaluationMetrics metrics) = Read(EvaluationTask.Binary, ["No", "Yes"], DataType.String, labels);

        Assert.Equal(1000, actual.Count(a => a == 1));
        Assert.Equal((0, 2001), (metrics.MissingLabels, metrics.UnknownLabels));
        Assert.Equal(labels.Cast<string>().Where(l => l.StartsWith("no", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(10), metrics.UnknownNames.Names);
    }

    [Fact]
    public void A_second_batch_allocates_nothing()
    {
        RecordBatch batch = Batches.Of(("label", DataType.String, [.. Enumerable.Range(0, 1000).Select(i => (object)(i % 3 == 0 ? "Yes" : "No"))]));
        EvaluationMetrics metrics = EvaluationMetrics.Create(EvaluationTask.Binary, 2, 1E-7, []);
        LabelReader reader = LabelReader.Create(Plan(EvaluationTask.Binary, [null, "Yes"]), batch.Schema[0]);
        double[] actual = new double[1000];
        reader.Read(batch.Columns[0], 0, actual, metrics);

        Assert.Equal(0, Allocations.Least(() => reader.Read(batch.Columns[0], 0, actual, metrics)));
    }

    private static EvaluationPlan Plan(EvaluationTask task, string?[] classes) => new() { Task = task, Label = "label", Classes = classes };

    private static (double[] Actual, EvaluationMetrics Metrics) Read(EvaluationTask task, string?[] classes, DataType type, params object?[] labels)
    {
        RecordBatch batch = Batches.Of(("label", type, labels));
        EvaluationMetrics metrics = EvaluationMetrics.Create(task, classes.Length, 1E-7, []);
        double[] actual = new double[labels.Length];
        LabelReader reader = LabelReader.Create(Plan(task, classes), batch.Schema[0]);

        // In two halves, as a long batch is.
        int half = labels.Length / 2;
        reader.Read(batch.Columns[0], 0, actual.AsSpan(0, half), metrics);
        reader.Read(batch.Columns[0], half, actual.AsSpan(half), metrics);
        return (actual, metrics);
    }
}
