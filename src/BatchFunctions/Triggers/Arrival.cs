using BatchFunctions.Planning;

namespace BatchFunctions.Triggers;

/// <summary>A file that arrived for a pipeline.</summary>
/// <param name="File">The version that arrived.</param>
/// <param name="Date">The date that its name says, or null where <c>source.path</c> has none.</param>
/// <param name="At">When it was seen.</param>
internal sealed record Arrival(ArrivedFile File, DateOnly? Date, DateTimeOffset At);
