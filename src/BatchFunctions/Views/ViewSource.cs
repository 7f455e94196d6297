using System.Text.Json.Serialization;
using BatchFunctions.Results.Reports;

namespace BatchFunctions.Views;

/// <summary>A source that a view was made from.</summary>
/// <param name="Name">The name by which the query calls it.</param>
/// <param name="Records">The number of its records; null where nobody counted.</param>
/// <param name="Store">The address of the store that the files' keys belong to.</param>
/// <param name="Snapshot">Its exact files.</param>
public sealed record ViewSource(
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Records,
    string Store,
    DataSnapshot Snapshot);
