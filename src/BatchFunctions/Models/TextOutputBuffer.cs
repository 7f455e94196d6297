using Microsoft.ML.OnnxRuntime;

namespace BatchFunctions.Models;

/// <summary>An output of text, which lives in each tensor itself.</summary>
internal sealed class TextOutputBuffer(ModelOutput output) : OutputBuffer(output)
{
    public override OrtValue CreateTensor(int rows) => OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, ShapeOf(rows));
}
