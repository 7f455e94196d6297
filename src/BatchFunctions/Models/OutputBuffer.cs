using System.Runtime.CompilerServices;
using BatchFunctions.Data;
using Microsoft.ML.OnnxRuntime;

namespace BatchFunctions.Models;

/// <summary>The memory of one model output.</summary>
internal abstract class OutputBuffer(ModelOutput output)
{
    public ModelOutput Output { get; } = output;

    /// <summary>Makes a buffer for <paramref name="output"/> of up to <paramref name="rows"/> rows.</summary>
    public static OutputBuffer Create(ModelOutput output, int rows) => output.Type switch
    {
        DataType.Float32 => new OutputBuffer<float>(output, rows),
        DataType.Float64 => new OutputBuffer<double>(output, rows),
        DataType.Int64 => new OutputBuffer<long>(output, rows),
        DataType.Int32 => new OutputBuffer<int>(output, rows),
        DataType.String => new TextOutputBuffer(output),
        _ => throw new ArgumentOutOfRangeException(nameof(output), output.Type, "There is no output of this type."),
    };

    /// <summary>The buffer's first <paramref name="rows"/> rows as a tensor.</summary>
    public abstract OrtValue CreateTensor(int rows);

    /// <summary>The values of numeric outputs, row by row.</summary>
    public Span<T> Values<T>()
        where T : unmanaged => Unsafe.As<OutputBuffer<T>>(this).Values;

    protected long[] ShapeOf(int rows) => Output.Rank == 1 ? [rows] : [rows, Output.Width];
}
