namespace BatchFunctions.Workflow;

/// <summary>Something that people may want to be told of a job.</summary>
/// <param name="JobId">The job's id.</param>
/// <param name="Name">What happened: <c>started</c>, <c>succeeded</c>, <c>warned</c>, <c>failed</c>, <c>cancelled</c>,
/// <c>deadline_missed</c>, <c>drift</c>, <c>alarm</c>.</param>
/// <param name="At">When.</param>
/// <param name="Message">More of it, for people.</param>
/// <param name="WorkFolder">The address of the job's work folder, or null where the job has none yet.</param>
public sealed record JobEvent(string JobId, string Name, DateTimeOffset At, string Message, string? WorkFolder)
{
    /// <summary>The name of the event that features or scores are far from their baseline.</summary>
    public const string Drift = "drift";

    /// <summary>The name of the event that another limit was not kept: failed records, success rate, volume.</summary>
    public const string Alarm = "alarm";
}
