using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Scoring;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Tests.Scoring;

public sealed class BatchScorerTests : IDisposable
{
    private const string Csv = """
        user_id,age,income,credit_score,num_purchases,account_age_days,avg_transaction,num_returns,is_premium,region,category_preference
        1,40,50000.5,700,10,400,55.5,1,true,north,books
        2,forty,50000.5,700,10,400,55.5,1,true,north,books
        3,22,,640,3,90,12.25,0,false,west,toys

        """;

    private readonly TemporaryFolder _folder = new();
    private readonly ModelSession _session = ModelSession.Load(
        File.ReadAllBytes(Path.Combine(RepositoryPaths.Root, "samples", "churn", "model.onnx")),
        ModelManifest.Parse(File.ReadAllText(Path.Combine(RepositoryPaths.Root, "samples", "churn", "manifest.yaml"))));

    [Theory]
    [InlineData("scored.parquet")]
    [InlineData("scored.csv")]
    public async Task A_file_is_scored_into_another_and_what_cannot_be_scored_lies_beside_it(string name)
    {
        string input = _folder.Combine("customers.csv"), output = _folder.Combine(name);
        await File.WriteAllTextAsync(input, Csv, TestContext.Current.CancellationToken);

        ScoringStatistics statistics = await Scorer().ScoreFileAsync(input, output, TestContext.Current.CancellationToken);

        Assert.Equal((3, 2, 1), (statistics.Records, statistics.Scored, statistics.Failed));
        string source = name.EndsWith("csv", StringComparison.Ordinal) ? $"read_csv('{output}')" : $"read_parquet('{output}')";
        Assert.Equal([1L, 3L], DuckDb.Query($"select user_id from {source}", r => Convert.ToInt64(r.GetValue(0), null)));
        string reject = Assert.Single(await File.ReadAllLinesAsync($"{output}.rejects.jsonl", TestContext.Current.CancellationToken));
        Assert.Contains("\"record\":1", reject, StringComparison.Ordinal);
        Assert.Equal(2, statistics.Metrics.Scores.Count);
    }

    [Fact]
    public async Task An_input_that_does_not_fit_leaves_no_output()
    {
        string input = _folder.Combine("customers.csv"), output = _folder.Combine("scored.parquet");
        await File.WriteAllTextAsync(input, Csv.Replace("credit_score", "score_of_credit", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        BatchFunctionsException error = await Assert.ThrowsAsync<BatchFunctionsException>(() => Scorer().ScoreFileAsync(input, output, TestContext.Current.CancellationToken));

        Assert.Equal(ErrorKind.Request, error.Kind);
        Assert.Equal(["customers.csv"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Rows_come_back_in_order_each_with_its_scores_or_its_error()
    {
        IReadOnlyList<ScoredRecord> scored = Scorer().ScoreRows([Row(40), Row(null), Row(22)]);

        Assert.Equal([true, false, true], scored.Select(r => r.Error is null));
        Assert.All([scored[0], scored[2]], r => Assert.InRange(r.Score!.Value, 0, 1));
        Assert.Contains("age", scored[1].Error, StringComparison.Ordinal);
        Assert.Null(scored[1].Score);
        Assert.Equal("7", scored[0].Values["user_id"]);
    }

    [Fact]
    public async Task A_stream_of_batches_scores_as_rows_do()
    {
        List<double> fromStream = [];
        List<(int Row, string Code)> rejects = [];

        await foreach (ScoredBatch batch in Scorer().ScoreAsync(Batches(), TestContext.Current.CancellationToken))
        {
            Column score = batch.Columns.Single(c => c.Field.Name == "score");
            fromStream.AddRange(Enumerable.Range(0, batch.Rows).Select(i => Convert.ToDouble(score.GetValue(i), null)));
            rejects.AddRange(batch.Rejects.Select(r => (r.Row, r.Code)));
        }

        double[] fromRows = [.. Scorer().ScoreRows([Row(40), Row(22), Row(40)]).Select(r => r.Score!.Value)];
        Assert.Equal(fromRows, fromStream);
        Assert.Equal([(1, FaultCodes.Missing)], rejects);
    }

    [Fact]
    public void A_value_of_the_wrong_kind_is_named()
    {
        BatchFunctionsException error = Assert.Throws<BatchFunctionsException>(() => Scorer().ScoreRows([new Dictionary<string, object?>(Row(40)) { ["age"] = "old" }]));

        Assert.Equal(ErrorKind.Request, error.Kind);
        Assert.Contains("'age'", error.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    private static Dictionary<string, object?> Row(int? age) => new()
    {
        ["user_id"] = 7,
        ["age"] = age,
        ["income"] = 50000.5,
        ["credit_score"] = 700,
        ["num_purchases"] = 10,
        ["account_age_days"] = 400,
        ["avg_transaction"] = 55.5,
        ["num_returns"] = 1,
        ["is_premium"] = true,
        ["region"] = "north",
        ["category_preference"] = "books",
    };

    private async IAsyncEnumerable<RecordBatch> Batches()
    {
        int?[][] ages = [[40, null, 22], [40]];
        Schema schema = new([.. _session.Signature.Features.Select(f => new Field(f.Name, f.Type)), new Field("user_id", DataType.Int64)]);
        var batch = new RecordBatch();
        foreach (int?[] group in ages)
        {
            batch.Reset(schema, group.Length);
            foreach (Column column in batch.Columns)
                for (int i = 0; i < group.Length; i++)
                    Set(column, i, Row(group[i])[column.Field.Name]);
            await Task.Yield();
            yield return batch;
        }
    }

    private static void Set(Column column, int row, object? value)
    {
        switch (column)
        {
            case Utf8Column text:
                text.Append((string)value!);
                break;
            case var _ when value is null:
                column.SetNull(row);
                break;
            case Column<long> c:
                c.Values[row] = Convert.ToInt64(value, null);
                break;
            case Column<double> c:
                c.Values[row] = Convert.ToDouble(value, null);
                break;
            case Column<bool> c:
                c.Values[row] = (bool)value!;
                break;
            default:
                throw new InvalidOperationException(column.Field.Name);
        }
    }

    private BatchScorer Scorer() => new(_session, new BatchScorerOptions
    {
        Id = "user_id",
        Validation = new ValidationDefinition { Columns = new Dictionary<string, ColumnRule> { ["age"] = new() { Min = 0 } } },
    });
}
