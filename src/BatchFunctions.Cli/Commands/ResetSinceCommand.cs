using System.CommandLine;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Incremental;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn since reset</c>: has a pipeline's next job score everything.</summary>
internal sealed class ResetSinceCommand : CommandDefinition
{
    private readonly SinceOptions _options = new();

    /// <inheritdoc/>
    protected override Command Describe() =>
        new("reset", "Have the next job of a pipeline score everything that its source has, once more.") { _options.Pipeline, _options.By, _options.Reason, _options.Force };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        await using var workplace = new Workplace(scope);
        return await _options.MoveAsync(scope, workplace.Marks, MarkWish.Reset, cancellationToken);
    }
}
