using System.Diagnostics;
using BatchFunctions.Data;
using Microsoft.ML.OnnxRuntime;

namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>ONNX Runtime alone: every row's features are laid out once, then only the model is run, by as many callers as there are threads.</summary>
internal sealed class RuntimeContender : IContender
{
    private const int TableRows = 1 << 18;

    private readonly ContenderSetup _setup;
    private readonly ScoringParts _parts;
    private readonly InferenceSession _session;
    private readonly OrtValue[] _tables;
    private readonly OrtValue[] _scores;
    private readonly int _runs;
    private readonly long _rows;

    private RuntimeContender(ContenderSetup setup, ScoringParts parts, float[] features, long rows)
    {
        (_setup, _parts, _rows) = (setup, parts, rows);
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
        _session = new InferenceSession(File.ReadAllBytes(setup.Model), options);
        var width = setup.Features.Count;
        var tables = Math.Min(TableRows, (int)rows) / setup.Batch;
        _tables = [.. Enumerable.Range(0, tables).Select(i => OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, features.AsMemory(i * setup.Batch * width, setup.Batch * width), [setup.Batch, width]))];
        _scores = [.. Enumerable.Range(0, setup.Threads).Select(_ => OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, new float[setup.Batch].AsMemory(), [setup.Batch, 1]))];
        _runs = (int)(rows / setup.Batch);
    }

    public static async Task<IContender> CreateAsync(ContenderSetup setup, CancellationToken cancellationToken)
    {
        var parts = await ScoringParts.OpenAsync(setup, cancellationToken);
        var schema = new Schema(parts.Columns);
        var width = setup.Features.Count;
        var features = GC.AllocateUninitializedArray<float>(TableRows * width, pinned: true);
        long rows = parts.Segments.Sum(segment => segment.Records ?? 0);
        await using var reader = parts.Format.CreateReader(schema, TableRows);
        var batch = new RecordBatch();
        await reader.OpenAsync(parts.Files[0], parts.Segments[0], cancellationToken);
        var filled = 0;
        while (filled < TableRows && await reader.ReadAsync(batch, cancellationToken))
        {
            var count = Math.Min(batch.RowCount, TableRows - filled);
            for (var f = 0; f < width; f++)
            {
                var column = batch[setup.Features[f].Name];
                for (var i = 0; i < count; i++)
                    features[((filled + i) * width) + f] = column is Column<double> wide ? (float)wide.Values[i] : ((Column<long>)column).Values[i];
            }

            filled += count;
        }

        return new RuntimeContender(setup, parts, features, rows);
    }

    public async Task<ContenderAnswer> RunAsync(CancellationToken cancellationToken)
    {
        using var options = new RunOptions();
        var (inputs, outputs) = (_session.InputNames.ToArray(), new[] { _setup.Score });
        var started = Stopwatch.GetTimestamp();
        await Workers.RunAsync(_setup.Threads, _runs, (thread, run) =>
        {
            _session.Run(options, inputs, [_tables[run % _tables.Length]], outputs, [_scores[thread]]);
            return Task.CompletedTask;
        });
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new ContenderAnswer(Seconds: seconds * _rows / ((long)_runs * _setup.Batch), Rows: _rows);
    }

    public ValueTask DisposeAsync()
    {
        foreach (var value in (OrtValue[])[.. _tables, .. _scores])
            value.Dispose();
        _session.Dispose();
        _parts.Dispose();
        return ValueTask.CompletedTask;
    }
}
