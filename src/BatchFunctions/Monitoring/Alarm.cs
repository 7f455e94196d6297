namespace BatchFunctions.Monitoring;

/// <summary>A limit that a job did not keep.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Feature">The feature that drifted, <c>score</c> for the scores; null for other kinds.</param>
/// <param name="Measure">What was measured: the key of the limit in the pipeline.</param>
/// <param name="Value">What it came to; seconds for the deadline, where it is known.</param>
/// <param name="Limit">What is allowed, null where no limit was written.</param>
/// <param name="Message">All of it in a sentence.</param>
public sealed record Alarm(AlarmKind Kind, string? Feature, string Measure, double? Value, double? Limit, string Message);
