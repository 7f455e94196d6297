using System.Text.Json;
using BatchFunctions.Triggers;

namespace BatchFunctions.Api.Documents;

/// <summary>A pipeline file as the API shows it. Where the file cannot be read, only the address and the error are there.</summary>
/// <param name="Address">The file's address.</param>
/// <param name="Name">The pipeline's name.</param>
/// <param name="Version">The definition's own version.</param>
/// <param name="Model">The model reference, with <c>${NAME}</c> in place of what came from the environment.</param>
/// <param name="Schedule">When jobs start by the clock, as NCRONTAB; left out where they do not.</param>
/// <param name="Arrival">How many files must arrive before a job starts; left out where none does so.</param>
/// <param name="Error">Why no job can be started from the file; left out where nothing is wrong.</param>
public sealed record ApiPipeline(
    string Address, string? Name, int? Version, string? Model, string? Schedule, ApiArrival? Arrival, string? Error)
{
    /// <summary>Shows a file of the folder, without what came from the environment.</summary>
    public static ApiPipeline Of(PipelineEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        using var written = entry.Json is null ? null : JsonDocument.Parse(entry.Json);
        var arrival = entry.Definition?.Trigger?.Arrival;
        return new ApiPipeline(
            entry.Address,
            entry.Name,
            entry.Definition?.Version,
            TextAt(written, "model"),
            TextAt(written, "trigger", "schedule"),
            arrival is null ? null : new ApiArrival(arrival.MinFiles, arrival.MinBytes, arrival.MaxWait.TotalSeconds),
            entry.Error);
    }

    private static string? TextAt(JsonDocument? written, params ReadOnlySpan<string> path)
    {
        if (written is null)
            return null;
        var at = written.RootElement;
        foreach (var name in path)
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                return null;
        return at.ValueKind == JsonValueKind.String ? at.GetString() : null;
    }
}
