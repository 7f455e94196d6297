using System.CommandLine;
using BatchFunctions.Cli.Demo;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn demo</c>: makes customers, scores them with the sample model, and shows where everything is.</summary>
internal sealed class DemoCommand : CommandDefinition
{
    private const int MostRows = 100_000_000;

    private readonly Option<int> _rows = new("--rows")
    {
        Description = "How many customers to make.",
        HelpName = "N",
        DefaultValueFactory = _ => DemoSetup.DefaultRows,
    };

    private readonly Option<uint> _seed = new("--seed")
    {
        Description = "The same seed gives the same customers.",
        HelpName = "N",
        DefaultValueFactory = _ => DemoSetup.DefaultSeed,
    };

    /// <inheritdoc/>
    protected override Command Describe()
    {
        _rows.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValueOrDefault<int>() is >= 1 and <= MostRows)
                return;
            result.AddError(FormattableString.Invariant($"--rows is {result.GetValueOrDefault<int>()}, but has to be from 1 to {MostRows}."));
        });
        return new Command("demo", "Make customers, score them with a sample model as a job, and show where everything is.") { _rows, _seed };
    }

    /// <inheritdoc/>
    protected override Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var jobId = JobId.New(scope.Terminal.Time.GetUtcNow());
        var setup = new DemoSetup(scope, scope.Parsed.GetValue(_rows), scope.Parsed.GetValue(_seed));
        return new JobRunner(scope, jobId).RunAsync(
            workplace => setup.PrepareAsync(workplace.Models, jobId, cancellationToken),
            cancellationToken);
    }
}
