namespace BatchFunctions.Retention;

/// <summary>Something that a job has left, and what becomes of it.</summary>
/// <param name="Kind"><c>run</c>, <c>work</c> or <c>arrivals</c>.</param>
/// <param name="JobId">The job's id.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Action"><c>remove</c>, <c>archive</c> or <c>keep</c>; <c>failed</c> where it could not be done.</param>
/// <param name="Reason">Why, to follow the action in a sentence.</param>
/// <param name="Files">The number of its files; 0 where they were not counted.</param>
/// <param name="Bytes">Their length together.</param>
/// <param name="RunFolder">The address of the run folder that it belongs to; null where none is known.</param>
/// <param name="To">Where it is archived; null where it is not.</param>
public sealed record RetentionItem(
    string Kind, string JobId, string Address, string Action, string Reason, int Files, long Bytes, string? RunFolder = null, string? To = null)
{
    internal const string Run = "run";
    internal const string Work = "work";
    internal const string Arrivals = "arrivals";
    internal const string Remove = "remove";
    internal const string Archive = "archive";
    internal const string Keep = "keep";
    /// <summary>What is said of something that could not be done.</summary>
    public const string Failed = "failed";
}
