using System.Reflection;
using System.Runtime.InteropServices;

namespace BatchFunctions.Results.Reports;

/// <summary>What a job ran on: what could change a rounding is recorded with its result.</summary>
/// <param name="BatchFunctions">This library.</param>
/// <param name="Dotnet">The .NET runtime.</param>
/// <param name="OnnxRuntime">The model runtime.</param>
/// <param name="ZstdSharp">The Zstandard compression of Parquet parts.</param>
/// <param name="Os">The operating system.</param>
/// <param name="Architecture">The processor's architecture: <c>x64</c>, <c>arm64</c>.</param>
/// <param name="Processors">The number of processors the process may use.</param>
public sealed record SoftwareVersions(
    string BatchFunctions,
    string Dotnet,
    string OnnxRuntime,
    string ZstdSharp,
    string Os,
    string Architecture,
    int Processors)
{
    /// <summary>The versions of this process.</summary>
    public static SoftwareVersions OfThisProcess() => new(
        VersionOf(typeof(SoftwareVersions)),
        Environment.Version.ToString(),
        VersionOf(typeof(Microsoft.ML.OnnxRuntime.InferenceSession)),
        VersionOf(typeof(global::ZstdSharp.Compressor)),
        RuntimeInformation.OSDescription,
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
        Environment.ProcessorCount);

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? type.Assembly.GetName().Version?.ToString()
        ?? "unknown";
}
