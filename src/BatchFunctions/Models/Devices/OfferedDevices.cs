using System.Runtime.InteropServices;
using BatchFunctions.Pipelines;
using Microsoft.ML.OnnxRuntime;

namespace BatchFunctions.Models.Devices;

/// <summary>Where models can run on a machine: what its build of ONNX Runtime can, and what the machine has.</summary>
/// <param name="Devices">The devices, the processor always among them.</param>
/// <param name="WhyNotMore">Why there are no others, for people.</param>
public sealed record OfferedDevices(IReadOnlyList<ScoringDevice> Devices, string WhyNotMore)
{
    private const string CudaProvider = "CUDAExecutionProvider";
    private const string TensorrtProvider = "TensorrtExecutionProvider";

    /// <summary>What this process finds. It loads ONNX Runtime, and looks for a CUDA device where that build could use one.</summary>
    public static OfferedDevices OfThisProcess() => Of(OrtEnv.Instance().GetAvailableProviders(), HasCudaDevice);

    /// <summary>What a build of ONNX Runtime offers.</summary>
    /// <param name="providers">Its execution providers, by their own names.</param>
    /// <param name="hasCudaDevice">Whether the machine has a CUDA device; asked only where one could be used.</param>
    internal static OfferedDevices Of(IReadOnlyCollection<string> providers, Func<bool> hasCudaDevice)
    {
        if (!providers.Contains(CudaProvider))
            return new([ScoringDevice.Cpu], "this build of ONNX Runtime has the processor only");
        if (!hasCudaDevice())
            return new([ScoringDevice.Cpu], "the machine has no CUDA device, or no driver for it");
        return providers.Contains(TensorrtProvider)
            ? new([ScoringDevice.Cpu, ScoringDevice.Cuda, ScoringDevice.Tensorrt], "that is all there is")
            : new([ScoringDevice.Cpu, ScoringDevice.Cuda], "this build of ONNX Runtime has no TensorRT");
    }

    // A build with CUDA runs on machines without: only the driver knows.
    private static unsafe bool HasCudaDevice()
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out nint driver))
            return false;
        try
        {
            if (!NativeLibrary.TryGetExport(driver, "cuInit", out nint init) || !NativeLibrary.TryGetExport(driver, "cuDeviceGetCount", out nint count))
                return false;
            int devices = 0;
            return ((delegate* unmanaged<uint, int>)init)(0) == 0 && ((delegate* unmanaged<int*, int>)count)(&devices) == 0 && devices > 0;
        }
        finally
        {
            NativeLibrary.Free(driver);
        }
    }
}
