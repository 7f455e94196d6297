using System.Diagnostics;
using BatchFunctions.Data;
using BatchFunctions.Models;
using Microsoft.ML.OnnxRuntime;

namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>ONNX Runtime alone: every row's features are laid out once, then only the model is run, by as many callers as there are threads.</summary>
internal sealed class RuntimeContender : IContender
{
    private const int TableRows = 1 << 18;

    private readonly ContenderSetup _setup;
    private readonly ScoringParts _parts;
    private readonly InferenceSession _session;
    private readonly InputBuffer[] _buffers;
    private readonly OrtValue[] _tables;
    private readonly OrtValue[] _scores;
    private readonly int _runs;
    private readonly long _rows;

    private RuntimeContender(ContenderSetup setup, ScoringParts parts, InputBuffer[] buffers, OrtValue[] tables, long rows)
    {
        (_setup, _parts, _buffers, _tables, _rows) = (setup, parts, buffers, tables, rows);
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
        _session = new InferenceSession(File.ReadAllBytes(setup.Model), options);
        _scores = [.. Enumerable.Range(0, setup.Threads).Select(_ => OrtValue.CreateTensorValueFromMemory(
            OrtMemoryInfo.DefaultInstance, new float[setup.Batch].AsMemory(), [setup.Batch, 1]))];
        _runs = (int)(rows / setup.Batch);
    }

    public static async Task<IContender> CreateAsync(ContenderSetup setup, CancellationToken cancellationToken)
    {
        var parts = await ScoringParts.OpenAsync(setup, cancellationToken);
        var schema = new Schema(parts.Columns);
        var (input, sources) = (parts.Session.Signature.Inputs[0], parts.Session.Prepare(schema).Inputs[0]);
        var buffers = new List<InputBuffer>();
        var tables = new List<OrtValue>();
        await using var reader = parts.Format.CreateReader(schema, TableRows);
        var batch = new RecordBatch();
        await reader.OpenAsync(parts.Files[0], parts.Segments[0], cancellationToken);
        while (tables.Count * setup.Batch < TableRows && await reader.ReadAsync(batch, cancellationToken))
        {
            for (var start = 0; start + setup.Batch <= batch.RowCount && tables.Count * setup.Batch < TableRows; start += setup.Batch)
            {
                buffers.Add(InputBuffer.Create(input, sources, setup.Batch));
                tables.Add(buffers[^1].CreateTensor(setup.Batch));
                buffers[^1].Fill(batch, start, setup.Batch, tables[^1], setup.Batch);
            }
        }

        return new RuntimeContender(setup, parts, [.. buffers], [.. tables], parts.Segments.Sum(segment => segment.Records ?? 0));
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
        // The tensors lie in the buffers' memory.
        GC.KeepAlive(_buffers);
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
