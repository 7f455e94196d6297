using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn run</c>: a job from its request to its end.</summary>
internal sealed class RunCommand : CommandDefinition
{
    private readonly JobOptions _options = new();

    private readonly Option<string?> _jobId = new("--job-id")
    {
        Description = "The job's id. The same id is the same job: one that was stopped is continued, one that has ended is not run again. Default: a new one.",
        HelpName = "ID",
    };

    /// <inheritdoc/>
    protected override Command Describe()
    {
        var command = new Command("run", "Run a pipeline as a job, or continue the job of the given id.");
        _options.AddTo(command);
        command.Add(_jobId);
        return command;
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var jobId = scope.Parsed.GetValue(_jobId) ?? JobId.New(scope.Terminal.Time.GetUtcNow());
        return new JobRunner(scope, jobId).RunAsync(_ => Task.FromResult(_options.RequestOf(scope, JobId.Require(jobId))), cancellationToken);
    }
}
