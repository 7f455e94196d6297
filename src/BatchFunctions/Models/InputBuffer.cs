using BatchFunctions.Data;
using Microsoft.ML.OnnxRuntime;

namespace BatchFunctions.Models;

/// <summary>The memory of one model input, laid out from the columns of a batch as the model wants it.</summary>
internal abstract class InputBuffer(ModelInput input, FeatureSource[] sources)
{
    public ModelInput Input { get; } = input;

    protected FeatureSource[] Sources { get; } = sources;

    /// <summary>Makes a buffer for <paramref name="input"/> of up to <paramref name="rows"/> rows.</summary>
    public static InputBuffer Create(ModelInput input, FeatureSource[] sources, int rows) => input.ElementType switch
    {
        DataType.Float32 => new NumericInputBuffer<float>(input, sources, rows),
        DataType.Float64 => new NumericInputBuffer<double>(input, sources, rows),
        DataType.Int64 => new NumericInputBuffer<long>(input, sources, rows),
        DataType.Int32 => new NumericInputBuffer<int>(input, sources, rows),
        DataType.Bool => new NumericInputBuffer<byte>(input, sources, rows),
        DataType.String => new TextInputBuffer(input, sources),
        _ => throw new ArgumentOutOfRangeException(nameof(input), input.Type, "There is no tensor of this type."),
    };

    /// <summary>The buffer's first <paramref name="rows"/> rows as a tensor.</summary>
    public abstract OrtValue CreateTensor(int rows);

    /// <summary>
    /// Lays out <paramref name="count"/> records from <paramref name="start"/> on, and repeats the last one until the tensor of
    /// <paramref name="rows"/> rows is full.
    /// </summary>
    public abstract void Fill(RecordBatch batch, int start, int count, OrtValue tensor, int rows);

    protected long[] ShapeOf(int rows) => Input.Rank == 1 ? [rows] : [rows, Input.Width];
}
