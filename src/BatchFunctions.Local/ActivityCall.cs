using BatchFunctions.Workflow;

namespace BatchFunctions.Local;

/// <summary>A step that calls an activity, over all its tries.</summary>
internal sealed class ActivityCall(InstanceRun run, WorkflowStep step, RegisteredActivity activity, string input, RetryPolicy retry)
{
    public InstanceRun Run { get; } = run;

    public WorkflowStep Step { get; } = step;

    public RegisteredActivity Activity { get; } = activity;

    public string Input { get; } = input;

    public RetryPolicy Retry { get; } = retry;

    /// <summary>The number of the try at hand, from 1.</summary>
    public int Attempt { get; set; } = 1;
}
