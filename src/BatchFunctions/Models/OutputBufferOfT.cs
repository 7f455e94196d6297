using Microsoft.ML.OnnxRuntime;

namespace BatchFunctions.Models;

/// <summary>An output of numbers.</summary>
/// <typeparam name="T">The tensor's element.</typeparam>
internal sealed class OutputBuffer<T>(ModelOutput output, int rows) : OutputBuffer(output)
    where T : unmanaged
{
    private readonly T[] _values = GC.AllocateArray<T>(checked(rows * output.Width), pinned: true);

    public Span<T> Values => _values;

    public override OrtValue CreateTensor(int rows) => TensorElement.Over(_values, Output.Type, ShapeOf(rows));
}
