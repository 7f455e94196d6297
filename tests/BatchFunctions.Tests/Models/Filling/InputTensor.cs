using BatchFunctions.Data;
using BatchFunctions.Models;
using Microsoft.ML.OnnxRuntime;

namespace BatchFunctions.Tests.Models.Filling;

/// <summary>What a model would see.</summary>
internal static class InputTensor
{
    /// <summary>The only input of a model as rows, filled from a batch.</summary>
    public static float[][] Of(ModelSession session, RecordBatch batch, int start = 0, int? count = null)
    {
        FeaturePreparation preparation = session.Prepare(batch.Schema);
        ModelInput input = Assert.Single(session.Signature.Inputs);
        int rows = count ?? batch.RowCount - start;
        InputBuffer buffer = InputBuffer.Create(input, preparation.Inputs[0], rows);
        using OrtValue tensor = buffer.CreateTensor(rows);
        buffer.Fill(batch, start, rows, tensor, rows);
        return [.. tensor.GetTensorDataAsSpan<float>().ToArray().Chunk(input.Width)];
    }
}
