using BatchFunctions.Data;
using BatchFunctions.Models;
using CsCheck;
using static BatchFunctions.Tests.Models.TinyModels;

namespace BatchFunctions.Tests.Models;

public sealed class ModelRunnerTests
{
    private const string Features = "features: [f0, f1, f2, f3, f4, f5, { name: f6, missing: 0.5 }]";

    [Fact]
    public void Scores_do_not_depend_on_the_batch_size_nor_on_where_a_record_stands()
    {
        using ModelSession session = Load("network", Features);
        RecordBatch batch = Random(1000, 11);
        float[] expected = Values<float>(Score(session, batch, 1000).Score);

        Gen.Select(Gen.Int[1, 1100], Gen.Int[1, 1000]).Sample(
            (batchSize, rows) =>
            {
                RecordBatch part = Random(1000, 11);
                part.Compact([.. Enumerable.Range(1000 - rows, rows)]);
                Assert.Equal(expected[^rows..], Values<float>(Score(session, part, batchSize).Score));
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public void A_runner_allocates_nothing_once_it_has_seen_the_largest_batch()
    {
        using ModelSession session = Load("network", Features);
        RecordBatch batch = Random(5000, 3);
        FeaturePreparation preparation = session.Prepare(batch.Schema);
        using ModelRunner runner = session.CreateRunner(preparation, 1024);
        ModelScores scores = new(session.Signature);
        List<RecordFault> faults = [];
        ScoreOnce();

        Assert.Equal(0, Allocations.Least(ScoreOnce));
        Assert.Empty(faults);

        void ScoreOnce()
        {
            preparation.Check(batch, faults);
            runner.Score(batch, scores);
        }
    }

    [Fact]
    public async Task Workers_share_a_session()
    {
        using ModelSession session = Load("network", Features);
        float[] expected = Values<float>(Score(session, Random(3000, 5), 256).Score);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () =>
            {
                for (int i = 0; i < 5; i++)
                    Assert.Equal(expected, Values<float>(Score(session, Random(3000, 5), 256).Score));
            },
            TestContext.Current.CancellationToken)));
    }

    [Fact]
    public void Text_inputs_and_labels_are_right_in_a_short_last_run()
    {
        using ModelSession session = Load("zipmap", "features: [u, v]");
        object?[] values = [.. Enumerable.Range(0, 100).Select(i => (object?)(i % 3 - 1.0))];
        RecordBatch batch = Batches.Of(("u", DataType.Float64, values), ("v", DataType.Float64, values));

        ModelScores scores = Score(session, batch, 48);

        Assert.Equal(100, scores.RowCount);
        string?[] labels = Texts(scores.Label);
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(i % 3 == 0 ? "owl" : "cat", labels[i]));
    }

    [Fact]
    public void Compacted_scores_stay_with_their_records()
    {
        using ModelSession session = Load("zipmap", "features: [u, v]");
        ModelScores scores = Score(session, Batches.Of(("u", DataType.Float64, [1.0, 0.0, -1.0]), ("v", DataType.Float64, [0.0, 1.0, -1.0])));

        scores.Compact([0, 2]);

        Assert.Equal(2, scores.RowCount);
        Assert.Equal(["cat", "owl"], Texts(scores.Label));
        Assert.Equal(2, scores.Values[2].Length);
    }

    private static RecordBatch Random(int rows, int seed)
    {
        Random random = new(seed);
        DataType[] types = [DataType.Float32, DataType.Float64, DataType.Int64, DataType.Int32, DataType.Bool, DataType.Float64, DataType.Float64];
        return Batches.Of([.. types.Select((type, f) => (
            $"f{f}",
            type,
            Enumerable.Range(0, rows).Select(_ => type switch
            {
                DataType.Float32 or DataType.Float64 => f == 6 && random.Next(20) == 0 ? null : (object?)random.NextDouble(),
                DataType.Bool => random.Next(2) == 1,
                _ => random.Next(-3, 4),
            }).ToArray()))]);
    }
}
