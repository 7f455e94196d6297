using System.Text.Json;

namespace BatchFunctions.Cli.Query;

/// <summary>The parts that a run's manifest names.</summary>
/// <param name="Predictions">Their names inside <c>predictions/</c>.</param>
/// <param name="Rejects">Their names inside <c>rejects/</c>.</param>
internal sealed record RunParts(IReadOnlyList<string> Predictions, IReadOnlyList<string> Rejects)
{
    public static RunParts Parse(byte[] manifest)
    {
        using var document = JsonDocument.Parse(manifest);
        return new RunParts(Names("predictions"), Names("rejects"));

        string[] Names(string kind) => [.. document.RootElement.GetProperty(kind).EnumerateArray().Select(p => p.GetProperty("name").GetString()!)];
    }
}
