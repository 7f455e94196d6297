using Microsoft.ML.OnnxRuntime;

namespace BatchFunctions.Models;

/// <summary>The tensors of all inputs and outputs for one number of rows, bound to the session once and run many times.</summary>
internal sealed class RunBinding : IDisposable
{
    private readonly OrtIoBinding _binding;

    public RunBinding(InferenceSession session, InputBuffer[] inputs, OutputBuffer[] outputs, int rows)
    {
        Rows = rows;
        Inputs = new OrtValue[inputs.Length];
        Outputs = new OrtValue[outputs.Length];
        _binding = session.CreateIoBinding();
        try
        {
            for (int i = 0; i < inputs.Length; i++)
                _binding.BindInput(inputs[i].Input.Name, Inputs[i] = inputs[i].CreateTensor(rows));
            for (int i = 0; i < outputs.Length; i++)
                _binding.BindOutput(outputs[i].Output.Name, Outputs[i] = outputs[i].CreateTensor(rows));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The number of rows in every tensor.</summary>
    public int Rows { get; }

    public OrtValue[] Inputs { get; }

    public OrtValue[] Outputs { get; }

    public void Run(InferenceSession session, RunOptions options) => session.RunWithBinding(options, _binding);

    public void Dispose()
    {
        _binding.Dispose();
        foreach (OrtValue? value in Inputs)
            value?.Dispose();
        foreach (OrtValue? value in Outputs)
            value?.Dispose();
    }
}
