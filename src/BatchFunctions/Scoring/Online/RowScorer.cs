using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using BatchFunctions.Data;
using BatchFunctions.Metrics;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Scoring.Online;

/// <summary>Scores the rows of one request after the other, through the reader and the stages of a job. Its memory is kept.</summary>
internal sealed class RowScorer : IAsyncDisposable
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly RecordScorer _scorer;
    private readonly IRecordReader _reader;
    private readonly RecordBatch _batch = new();
    private readonly RowsFile _file = new();
    private readonly ArrayBufferWriter<byte> _lines = new(4096);
    private readonly Utf8JsonWriter _json;
    private readonly ShardMetrics _metrics;

    /// <summary>Compiles what the pipeline and the model say of a record.</summary>
    /// <param name="pipeline">The pipeline, with the model's defaults.</param>
    /// <param name="columns">The columns that count, with their types.</param>
    /// <param name="session">The model.</param>
    /// <param name="rows">How many rows are scored at once.</param>
    public RowScorer(PipelineDefinition pipeline, IReadOnlyList<Field> columns, ModelSession session, int rows)
    {
        _scorer = new RecordScorer(pipeline, columns, session, rows);
        _reader = RecordFormats.For(FileFormat.Jsonl, pipeline.Source.Csv).CreateReader(new Schema(columns), rows);
        _metrics = new ShardMetrics(ScoreCounter.ScaleOf(session.Signature.Task, pipeline.Decisions));
        _json = new Utf8JsonWriter(_lines, Compact);
    }

    /// <summary>Scores rows.</summary>
    public async Task<OnlineRow[]> ScoreAsync(IReadOnlyList<JsonElement> rows, CancellationToken cancellationToken)
    {
        _lines.ResetWrittenCount();
        foreach (JsonElement row in rows)
        {
            _json.Reset(_lines);
            row.WriteTo(_json);
            _json.Flush();
            _lines.Write("\n"u8);
        }

        var results = new OnlineRow[rows.Count];
        Array.Fill(results, new OnlineRow(null, IsExcluded: true));
        SourceFile file = _file.Set(_lines.WrittenMemory);
        await _reader.OpenAsync(file, new Segment(0, 0, file.Length, 0, rows.Count), cancellationToken);
        while (await _reader.ReadAsync(_batch, cancellationToken))
        {
            int first = (int)_batch.FirstRecord;
            _scorer.Score(_batch, file.Key, _metrics);
            foreach (RecordFault fault in _scorer.Rejects.TakeFaults())
                results[first + fault.Row] = new OnlineRow(null, fault.Describe());
            IReadOnlyList<Column> predictions = _scorer.Predictions(_batch, file.Key);
            for (int row = 0; row < _batch.RowCount; row++)
            {
                Dictionary<string, object?> values = new(predictions.Count, StringComparer.Ordinal);
                for (int c = 0; c < predictions.Count; c++)
                    values[_scorer.Schema[c].Name] = predictions[c].GetValue(row);
                results[first + _batch.SourceRow(row)] = new OnlineRow(values);
            }
        }

        return results;
    }

    public async ValueTask DisposeAsync()
    {
        _scorer.Dispose();
        _scorer.Release();
        _batch.Release();
        await _reader.DisposeAsync();
        await _json.DisposeAsync();
    }
}
