using System.CommandLine;
using BatchFunctions.Cli.Jobs;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn resume</c>: a job from where it was stopped to its end.</summary>
internal sealed class ResumeCommand : CommandDefinition
{
    private readonly Argument<string> _job = new("JOB") { Description = "The job's id." };

    /// <inheritdoc/>
    protected override Command Describe() => new("resume", "Continue a job that was stopped, from what it committed.") { _job };

    /// <inheritdoc/>
    protected override Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var jobId = scope.Parsed.GetRequiredValue(_job);
        return new JobRunner(scope, jobId).RunAsync(
            async workplace => (await workplace.RequireJobAsync(jobId, cancellationToken)).Request,
            cancellationToken);
    }
}
