namespace BatchFunctions.Local;

/// <summary>How often a step that is not done yet has failed.</summary>
/// <param name="Count">How often.</param>
/// <param name="LastAt">When it did last.</param>
internal readonly record struct AttemptState(int Count, DateTimeOffset LastAt);
