using BatchFunctions.Models.Devices;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Tests.Models.Devices;

public sealed class DeviceChoiceTests
{
    private static readonly string[] Cpu = ["CPUExecutionProvider"];
    private static readonly string[] Cuda = ["CUDAExecutionProvider", "CPUExecutionProvider"];
    private static readonly string[] All = ["TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"];

    [Fact]
    public void Auto_takes_a_cuda_device_where_there_is_one_and_else_the_processor()
    {
        Assert.Equal(ScoringDevice.Cuda, Choose(ScoringDevice.Auto, All, hasDevice: true).Device);
        Assert.Equal(ScoringDevice.Cpu, Choose(ScoringDevice.Auto, All, hasDevice: false).Device);
        Assert.Equal(ScoringDevice.Cpu, Choose(ScoringDevice.Auto, Cpu, hasDevice: true).Device);
    }

    [Theory]
    [InlineData(ScoringDevice.Cpu)]
    [InlineData(ScoringDevice.Cuda)]
    [InlineData(ScoringDevice.Tensorrt)]
    public void What_is_asked_for_and_there_is_taken(ScoringDevice device) =>
        Assert.Equal(device, Choose(device, All, hasDevice: true).Device);

    [Fact]
    public void A_build_for_the_processor_says_so_when_it_refuses()
    {
        var refusal = Assert.Throws<BatchFunctionsException>(() => Choose(ScoringDevice.Cuda, Cpu, hasDevice: true));

        Assert.Equal(ErrorKind.Request, refusal.Kind);
        Assert.Contains("scoring.device is cuda", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("has the processor only", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("fallback_to_cpu: true", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_without_a_device_says_so_when_it_refuses()
    {
        var refusal = Assert.Throws<BatchFunctionsException>(() => Choose(ScoringDevice.Cuda, Cuda, hasDevice: false));

        Assert.Contains("no CUDA device", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_without_TensorRT_is_no_reason_to_take_another_one_in_silence() =>
        Assert.Contains("TensorRT", Assert.Throws<BatchFunctionsException>(() => Choose(ScoringDevice.Tensorrt, Cuda, hasDevice: true)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_processor_is_taken_instead_only_where_that_is_allowed()
    {
        DeviceChoice choice = Choose(ScoringDevice.Cuda, Cpu, hasDevice: false, fallback: true);

        Assert.Equal(ScoringDevice.Cpu, choice.Device);
        Assert.Contains("scoring.device is cuda, but", choice.Reason, StringComparison.Ordinal);
        Assert.Contains("fallback_to_cpu", choice.Reason, StringComparison.Ordinal);
    }

    private static DeviceChoice Choose(ScoringDevice wanted, string[] providers, bool hasDevice, bool fallback = false) => DeviceChoice.Choose(
        new ScoringDefinition { Device = wanted, FallbackToCpu = fallback }, OfferedDevices.Of(providers, () => hasDevice), "this machine");
}
