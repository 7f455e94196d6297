using System.Text;
using System.Text.Json;
using BatchFunctions.Metrics;
using BatchFunctions.Metrics.Evaluations;
using CsCheck;

namespace BatchFunctions.Tests.Metrics.Evaluations;

public sealed class EvaluationMetricsTests
{
    private static readonly Gen<Record> Any = Gen.Select(
        Gen.Float[0, 1], Gen.Int[-2, 1], Gen.OneOf(Gen.OneOf("a", "b", "ä", ""), Gen.Int[0, 400].Select(i => $"v{i}"), Gen.OneOf(new string('x', 300))), (score, label, segment) => new Record(score, label, segment));

    [Fact]
    public void Every_tree_of_merges_gives_the_same_json_however_many_segments_there_are() =>
        Partitions.Of(Any, 400, 8).Sample(
            cut => Assert.Equal(
                JsonSerializer.Serialize(Make(cut.Items)),
                JsonSerializer.Serialize(Partitions.Merge(cut, items => Again(Make(items)), (one, other) => one.Merge(other)))),
            iter: 60);

    [Fact]
    public void The_first_values_are_told_apart_and_no_record_is_lost() =>
        Any.Array[0, 600].Sample(
            records =>
            {
                SegmentOutcomes segments = Make(records).Evaluation!.Segments[0];
                Record[] evaluated = [.. records.Where(r => r.Label >= 0)];
                string[] first = [.. evaluated.Select(r => r.Segment).Where(s => s.Length is > 0 and < 257).Distinct()
                    .OrderBy(Encoding.UTF8.GetBytes, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))).Take(SegmentOutcomes.MaxValues)];

                Assert.Equal(first, segments.Values.Select(v => v.Value));
                Assert.All(segments.Values, v => Assert.Equal(evaluated.Count(r => r.Segment == v.Value), v.Outcomes.Records));
                Assert.Equal(evaluated.Count(r => r.Segment.Length == 0), segments.Missing.Records);
                Assert.Equal(evaluated.Length, segments.Values.Sum(v => v.Outcomes.Records) + segments.Missing.Records + segments.Other.Records);
            },
            iter: 60);

    [Fact]
    public void A_shard_without_labels_changes_nothing()
    {
        ShardMetrics with = Make([new Record(0.5f, 1, "a")]), without = new(ScoreScale.Unit);
        with.Merge(without);
        without.Merge(Make([new Record(0.5f, 1, "a")]));

        Assert.Equal(JsonSerializer.Serialize(with), JsonSerializer.Serialize(without));
        Assert.Null(Again(new ShardMetrics(ScoreScale.Unit)).Evaluation);
    }

    [Theory]
    [InlineData("\"missing\":1", "\"missing\":2")]
    [InlineData("\"true_positives\":1", "\"true_positives\":2")]
    [InlineData("\"binary\":", "\"ternary\":")]
    public void Json_that_cannot_be_is_refused(string from, string to)
    {
        string json = JsonSerializer.Serialize(Make([new Record(0.9f, 1, "a"), new Record(0.9f, -1, "a")])).Replace(from, to, StringComparison.Ordinal);

        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ShardMetrics>(json));
    }

    private static ShardMetrics Again(ShardMetrics metrics) => JsonSerializer.Deserialize<ShardMetrics>(JsonSerializer.Serialize(metrics))!;

    private static ShardMetrics Make(Record[] records)
    {
        var metrics = new ShardMetrics(ScoreScale.Unit);
        metrics.AddRecords(records.Length);
        metrics.Scores.Add([.. records.Select(r => r.Score)]);
        EvaluationMetrics evaluation = metrics.Evaluation = EvaluationMetrics.Create(EvaluationTask.Binary, 2, 1E-7, ["segment"]);
        SegmentOutcomes segments = evaluation.Segments[0];
        foreach (Record record in records)
        {
            if (record.Label < 0)
            {
                evaluation.AddUnlabelled(record.Label == -1 ? 1 : 0, record.Label == -2 ? 1 : 0);
                (record.Label == -2 ? evaluation.UnknownNames : evaluation.OtherNames).Offer(Encoding.UTF8.GetBytes(record.Segment));
                continue;
            }

            double[] one = [record.Label, record.Score >= 0.5f ? 1 : 0, record.Score];
            evaluation.Outcomes.Add(one.AsSpan(0, 1), one.AsSpan(1, 1), one.AsSpan(2, 1));
            byte[] value = Encoding.UTF8.GetBytes(record.Segment);
            if (value.Length > 0 && segments.Find(value) < 0)
                segments.Offer(value);
            Outcomes outcomes = value.Length == 0 ? segments.Missing : segments.Find(value) is >= 0 and int position ? segments[position] : segments.Other;
            outcomes.Add(one.AsSpan(0, 1), one.AsSpan(1, 1), one.AsSpan(2, 1));
        }

        return metrics;
    }

    private sealed record Record(float Score, int Label, string Segment);
}
