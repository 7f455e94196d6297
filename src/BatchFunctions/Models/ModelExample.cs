namespace BatchFunctions.Models;

/// <summary>A record with the score that training gave it: an entry of a manifest's <c>examples</c>.</summary>
/// <param name="Inputs">The features' values as text by name; null where the value is missing.</param>
/// <param name="Score">The score.</param>
public sealed record ModelExample(IReadOnlyDictionary<string, string?> Inputs, double Score);
