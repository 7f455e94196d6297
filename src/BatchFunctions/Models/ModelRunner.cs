using System.Numerics;
using System.Numerics.Tensors;
using System.Text;
using BatchFunctions.Data;
using Microsoft.ML.OnnxRuntime;

namespace BatchFunctions.Models;

/// <summary>
/// Scores batches on a shared <see cref="ModelSession"/> with buffers of its own, which are reused from run to run: a run of a model that
/// takes and gives numbers allocates nothing. One worker owns one runner; it is not thread-safe.
/// </summary>
public sealed class ModelRunner : IDisposable
{
    // Matrix kernels sum in another order for very few rows, so a short run is filled up to where they do not, by repeating its last row.
    private const int RowQuantum = 16;

    private readonly ModelSession _session;
    private readonly FeaturePreparation _preparation;
    private readonly InputBuffer[] _inputs;
    private readonly OutputBuffer[] _outputs;
    private readonly byte[][]? _classes;
    private readonly long[] _classNumbers;
    private readonly RunOptions _options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
    private readonly RunBinding _full;
    private RunBinding? _tail;

    internal ModelRunner(ModelSession session, FeaturePreparation preparation, int batchSize)
    {
        ModelSignature signature = preparation.Signature;
        (_session, _preparation, Signature) = (session, preparation, signature);
        BatchSize = signature.FixedRows ?? batchSize;
        _inputs = [.. signature.Inputs.Select((input, i) => InputBuffer.Create(input, preparation.Inputs[i], BatchSize))];
        _outputs = [OutputBuffer.Create(signature.Score, BatchSize), .. signature.Class is { } label ? (OutputBuffer[])[OutputBuffer.Create(label, BatchSize)] : []];
        _classes = signature.LabelType is DataType.String && signature.Classes is { } names ? [.. names.Select(Encoding.UTF8.GetBytes)] : null;
        _classNumbers = signature.LabelType is DataType.Int64
            ? [.. Enumerable.Range(0, signature.Score.Width).Select(i => long.TryParse(signature.Classes?.ElementAtOrDefault(i), out long number) ? number : i)]
            : [];
        _full = new RunBinding(session.Session, _inputs, _outputs, BatchSize);
    }

    /// <summary>What the model takes and gives.</summary>
    public ModelSignature Signature { get; }

    /// <summary>The number of records in a run at most: the one asked for, or the one that the model insists on.</summary>
    public int BatchSize { get; }

    /// <summary>Scores all records of a batch, in as many runs as it takes.</summary>
    /// <param name="batch">The batch, of the preparation's columns; every record must have passed <see cref="FeaturePreparation.Check"/>.</param>
    /// <param name="scores">Where the scores go; what it held before is gone.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Memory"/> where memory ran out, <see cref="ErrorKind.Internal"/> where the model failed.</exception>
    public void Score(RecordBatch batch, ModelScores scores)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(scores);
        scores.Reset(batch.RowCount);
        for (int start = 0; start < batch.RowCount; start += BatchSize)
            Run(batch, start, Math.Min(BatchSize, batch.RowCount - start), scores);
    }

    /// <summary>Scores some records of a batch in one run.</summary>
    /// <param name="batch">The batch, of the preparation's columns; every record must have passed <see cref="FeaturePreparation.Check"/>.</param>
    /// <param name="start">The first record.</param>
    /// <param name="count">How many; at most <see cref="BatchSize"/>.</param>
    /// <param name="scores">Where the scores go, at the same rows; reset before to the batch's rows, and filled from the first row on without a gap.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Memory"/> where memory ran out, <see cref="ErrorKind.Internal"/> where the model failed.</exception>
    public void Run(RecordBatch batch, int start, int count, ModelScores scores)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, BatchSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, batch.RowCount - start);
        if (count <= 0)
            return;
        try
        {
            RunBinding binding = BindingFor(count);
            for (int i = 0; i < _inputs.Length; i++)
                _inputs[i].Fill(batch, start, count, binding.Inputs[i], binding.Rows);
            binding.Run(_session.Session, _options);
            if (Signature.ScoreType is DataType.Float32)
                Take<float>(start, count, scores);
            else
                Take<double>(start, count, scores);
            if (_outputs.Length > 1)
                TakeClass(binding.Outputs[1], start, count, scores.Label!);
        }
        catch (OnnxRuntimeException exception)
        {
            throw ModelSession.Failure(Signature.Model, $"failed on a batch of {count} records", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _full.Dispose();
        _tail?.Dispose();
        _options.Dispose();
    }

    private RunBinding BindingFor(int count)
    {
        int rows = Signature.FixedRows ?? Math.Min(BatchSize, (count + RowQuantum - 1) / RowQuantum * RowQuantum);
        if (rows == BatchSize)
            return _full;
        if (_tail?.Rows != rows)
        {
            _tail?.Dispose();
            _tail = null;
            _tail = new RunBinding(_session.Session, _inputs, _outputs, rows);
        }

        return _tail;
    }

    private void Take<T>(int start, int count, ModelScores scores)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = Signature.Score.Width;
        ReadOnlySpan<T> rows = _outputs[0].Values<T>()[..(count * width)];
        for (int c = 0; c < scores.Values.Count; c++)
        {
            Span<T> values = ((Column<T>)scores.Values[c]).Values.Slice(start, count);
            for (int i = 0; i < values.Length; i++)
                values[i] = rows[(i * width) + c];
        }

        if (scores.Score is null)
            return;
        Span<T> score = ((Column<T>)scores.Score).Values.Slice(start, count);
        if (Signature.ScoreIndex is not { } index)
        {
            TakeLargest(rows, start, score, scores);
        }
        else if (width == 1)
        {
            rows.CopyTo(score);
        }
        else
        {
            for (int i = 0; i < score.Length; i++)
                score[i] = rows[(i * width) + index];
        }
    }

    private void TakeLargest<T>(ReadOnlySpan<T> rows, int start, Span<T> score, ModelScores scores)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = Signature.Score.Width;
        bool labels = Signature.Class is null;
        for (int i = 0; i < score.Length; i++)
        {
            ReadOnlySpan<T> row = rows.Slice(i * width, width);
            int largest = TensorPrimitives.IndexOfMax(row);
            score[i] = row[largest];
            if (!labels)
                continue;
            if (scores.Label is Column<long> numbers)
                numbers.Values[start + i] = _classNumbers[largest];
            else if (scores.Label is Utf8Column texts)
                texts.Append(_classes![largest]);
        }
    }

    private void TakeClass(OrtValue tensor, int start, int count, Column label)
    {
        if (label is Utf8Column texts)
        {
            for (int i = 0; i < count; i++)
                texts.Append(tensor.GetStringElementAsSpan(i));
        }
        else if (_outputs[1].Output.Type is DataType.Int64)
        {
            _outputs[1].Values<long>()[..count].CopyTo(((Column<long>)label).Values[start..]);
        }
        else
        {
            TensorPrimitives.ConvertTruncating<int, long>(_outputs[1].Values<int>()[..count], ((Column<long>)label).Values.Slice(start, count));
        }
    }
}
