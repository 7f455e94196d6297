using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using Parquet.Serialization;

namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>What is written first by most: an object for each row, lists of them, runs of 256 rows, objects out.</summary>
internal sealed class RowObjectContender(ContenderSetup setup) : IContender
{
    private const int RunRows = 256;

    public async Task<ContenderAnswer> RunAsync(CancellationToken cancellationToken)
    {
        long rows = 0;
        Directory.CreateDirectory(setup.Output);
        var started = Stopwatch.GetTimestamp();
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(setup.Model, options);
        foreach (var path in setup.Input)
        {
            IList<CustomerRow> customers;
            await using (var file = File.OpenRead(path))
                customers = (await ParquetSerializer.DeserializeAsync<CustomerRow>(file, cancellationToken: cancellationToken)).Data;
            var predictions = new PredictionRow[customers.Count];
            await Workers.RunAsync(setup.Threads, (customers.Count + RunRows - 1) / RunRows, (_, run) =>
            {
                Score(session, customers, predictions, run * RunRows);
                return Task.CompletedTask;
            });
            await using var output = File.Create(Path.Combine(setup.Output, "rows.parquet"));
            await ParquetSerializer.SerializeAsync(predictions, output, cancellationToken: cancellationToken);
            rows += customers.Count;
        }

        return new ContenderAnswer(Seconds: Stopwatch.GetElapsedTime(started).TotalSeconds, Rows: rows);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Score(InferenceSession session, IList<CustomerRow> customers, PredictionRow[] predictions, int first)
    {
        var count = Math.Min(RunRows, customers.Count - first);
        var width = setup.Features.Count;
        var table = new float[count * width];
        for (var i = 0; i < count; i++)
        {
            var values = customers[first + i].Features();
            for (var f = 0; f < width; f++)
                table[(i * width) + f] = (float)(setup.Features[f].Std is { } std ? (values[f] - setup.Features[f].Mean) / std : values[f]);
        }

        using var input = OrtValue.CreateTensorValueFromMemory(table, [count, width]);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [session.InputNames[0]], [input], [setup.Score]);
        var scores = outputs[0].GetTensorDataAsSpan<float>();
        for (var i = 0; i < count; i++)
            predictions[first + i] = new PredictionRow { user_id = customers[first + i].user_id, score = scores[i], prediction = scores[i] >= 0.5f ? 1 : 0 };
    }
}
