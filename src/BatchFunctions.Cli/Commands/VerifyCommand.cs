using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Cli.Output;
using BatchFunctions.Verification;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn verify</c>: whether a job's output is what its metadata claims.</summary>
internal sealed class VerifyCommand : CommandDefinition
{
    private readonly Argument<string> _job = new("JOB") { Description = "The job's id." };

    private readonly Option<int> _sample = new("--sample")
    {
        Description = "How many shards are scored again and compared byte for byte: the first, the last, others at random. 0 for none.",
        HelpName = "N",
        DefaultValueFactory = _ => new VerificationOptions().Sample,
    };

    private readonly Option<bool> _all = new("--all") { Description = "Score every shard again." };

    /// <inheritdoc/>
    protected override Command Describe()
    {
        _sample.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<int>() < 0)
                result.AddError("--sample has to be 0 or more.");
        });
        return new Command("verify", "Say whether a job's output is what its metadata claims: hashes, counts, input, model, and scores of a sample. Ends with 1 where it is not.") { _job, _sample, _all };
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var jobId = scope.Parsed.GetRequiredValue(_job);
        await using var workplace = new Workplace(scope);
        var job = await workplace.RequireJobAsync(jobId, cancellationToken);
        if (job.Result is null)
            throw new BatchFunctionsException(ErrorKind.Request, $"Job {jobId} has not ended yet: {job.Status}. There is nothing to verify before it has published its output.");
        if (job.Status is not (JobStatus.Succeeded or JobStatus.SucceededWithWarnings) || job.Result.RunFolder is not { } runFolder)
            throw new BatchFunctionsException(ErrorKind.Request, $"Job {jobId} ended as {job.Status} and has published nothing that could be verified.");

        var options = new VerificationOptions { Sample = scope.Parsed.GetValue(_sample), All = scope.Parsed.GetValue(_all) };
        var report = await workplace.Verifier.VerifyAsync(jobId, await workplace.FollowAsync(runFolder, cancellationToken), options, cancellationToken);
        if (scope.Json)
            CliJson.Write(scope.Terminal.Out, VerificationView.Of(report), CliJson.Default.VerificationView);
        else
            Show(scope, report);
        return report.IsVerified ? ExitCodes.Succeeded : ExitCodes.Failed;
    }

    private static void Show(CommandScope scope, VerificationReport report)
    {
        var writer = scope.Terminal.Out;
        writer.WriteLine($"Job {report.JobId} in {report.RunFolder}");
        writer.WriteLine();
        var table = new PlainTable("Check", "Result", "Looked at");
        foreach (var check in report.Checks)
            table.Add(check.Name, ResultOf(check), $"{Words.Number(check.Checked)} {check.What}");
        table.Write(scope.Terminal.Console);
        foreach (var check in report.Checks)
        {
            foreach (var problem in check.Problems)
                writer.WriteLine($"{Environment.NewLine}{problem.File}{Environment.NewLine}  {problem.Message}");
            foreach (var left in check.NotChecked)
                writer.WriteLine($"{Environment.NewLine}Not looked at: {left}");
        }

        writer.WriteLine();
        writer.WriteLine(report.IsVerified
            ? report.IsComplete ? "Verified: the output is what its metadata claims." : "Nothing is wrong in what could be looked at."
            : "Not verified: the output is not what its metadata claims.");
    }

    private static string ResultOf(VerificationCheck check) =>
        check.Problems.Count > 0 ? $"{Words.Count(check.Problems.Count, "problem")}" : check.NotChecked.Count > 0 ? check.Checked > 0 ? "right, in part" : "not looked at" : "right";
}
