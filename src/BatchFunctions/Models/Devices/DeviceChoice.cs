using BatchFunctions.Pipelines;

namespace BatchFunctions.Models.Devices;

/// <summary>Where a job's model runs, chosen once for the whole job.</summary>
/// <param name="Device">The device; never <see cref="ScoringDevice.Auto"/>.</param>
/// <param name="Reason">Why this one, for people.</param>
public sealed record DeviceChoice(ScoringDevice Device, string Reason)
{
    /// <summary>Chooses by what the pipeline asks for and the machine offers.</summary>
    /// <param name="scoring">What the pipeline asks for.</param>
    /// <param name="offered">What the machine offers.</param>
    /// <param name="where">Who offers it, for people: <c>this machine</c>.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the device is not to be had, and no other is allowed.</exception>
    public static DeviceChoice Choose(ScoringDefinition scoring, OfferedDevices offered, string where)
    {
        ArgumentNullException.ThrowIfNull(scoring);
        ArgumentNullException.ThrowIfNull(offered);
        ScoringDevice wanted = scoring.Device;
        if (wanted is ScoringDevice.Auto)
            return offered.Devices.Contains(ScoringDevice.Cuda)
                ? new(ScoringDevice.Cuda, $"{where} has a CUDA device, and scoring.device is auto")
                : new(ScoringDevice.Cpu, $"scoring.device is auto, and {offered.WhyNotMore}");
        if (offered.Devices.Contains(wanted))
            return new(wanted, "scoring.device asks for it");
        if (scoring.FallbackToCpu)
            return new(ScoringDevice.Cpu, $"scoring.device is {NameOf(wanted)}, but {offered.WhyNotMore}; scoring.fallback_to_cpu allows the processor");
        throw new BatchFunctionsException(
            ErrorKind.Request,
            $"scoring.device is {NameOf(wanted)}, which {where} does not offer: {offered.WhyNotMore}. Run the job where there is one, write device: cpu or device: auto, or allow the processor with fallback_to_cpu: true.");
    }

    /// <summary>A device as pipelines and metadata write it.</summary>
    public static string NameOf(ScoringDevice device) => device.ToString().ToLowerInvariant();
}
