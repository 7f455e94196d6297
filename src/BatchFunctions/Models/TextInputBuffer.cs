using BatchFunctions.Data;
using Microsoft.ML.OnnxRuntime;

namespace BatchFunctions.Models;

/// <summary>An input of text: UTF-8 goes from the column into ONNX Runtime's own strings, without one of .NET's in between.</summary>
internal sealed class TextInputBuffer(ModelInput input, FeatureSource[] sources) : InputBuffer(input, sources)
{
    public override OrtValue CreateTensor(int rows) => OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, ShapeOf(rows));

    public override void Fill(RecordBatch batch, int start, int count, OrtValue tensor, int rows)
    {
        int width = Sources.Length;
        for (int f = 0; f < width; f++)
        {
            FeatureSource source = Sources[f];
            var column = source.Column < 0 ? null : (Utf8Column)batch.Columns[source.Column];
            for (int i = 0; i < rows; i++)
            {
                int row = start + Math.Min(i, count - 1);
                tensor.StringTensorSetElementAt(column is null || column.IsNull(row) ? source.FillText : column[row], (i * width) + f);
            }
        }
    }
}
