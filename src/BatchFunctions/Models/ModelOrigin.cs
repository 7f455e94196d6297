using System.Text.Json.Serialization;

namespace BatchFunctions.Models;

/// <summary>Where a version was copied from, if it was registered elsewhere first.</summary>
/// <param name="Registry">The address of the other registry.</param>
/// <param name="Name">The model's name there.</param>
/// <param name="Version">The version there.</param>
/// <param name="RunId">The training run that made it; null where the other registry does not say.</param>
public sealed record ModelOrigin(
    string Registry,
    string Name,
    string Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RunId = null);
