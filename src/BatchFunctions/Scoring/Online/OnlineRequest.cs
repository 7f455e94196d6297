using System.Text.Json;

namespace BatchFunctions.Scoring.Online;

/// <summary>Asks for a few rows to be scored.</summary>
/// <param name="Pipeline">The pipeline whose preparation, rules and decisions count; null for the model's own.</param>
/// <param name="Model">A model reference; null for the pipeline's.</param>
/// <param name="Rows">The rows, as JSON objects: values by column; a column that is not there is a missing value.</param>
public sealed record OnlineRequest(string? Pipeline, string? Model, IReadOnlyList<JsonElement> Rows);
