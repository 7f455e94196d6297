using System.CommandLine;
using System.Globalization;
using BatchFunctions.Cli.Jobs;
using BatchFunctions.Incremental;

namespace BatchFunctions.Cli.Commands;

/// <summary><c>batchfn since set</c>: has what is in a pipeline's source count as scored.</summary>
internal sealed class SetSinceCommand : CommandDefinition
{
    private readonly SinceOptions _options = new();
    private readonly Option<bool> _all = new("--all") { Description = "Everything that the source has now counts as scored; the next job scores what comes later." };
    private readonly Option<long?> _version = new("--version") { Description = "A Delta table counts as scored up to this version.", HelpName = "N" };
    private readonly Option<string?> _until = new("--until") { Description = "Files count as scored whose date, as source.path has it, is this one or an earlier one; all later ones do not.", HelpName = "yyyy-MM-dd" };

    /// <inheritdoc/>
    protected override Command Describe() =>
        new("set", "Have what a pipeline's source has count as scored, up to a place. Nothing is scored.") { _options.Pipeline, _all, _version, _until, _options.By, _options.Reason, _options.Force };

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken)
    {
        var wish = WishOf(scope.Parsed);
        await using var workplace = new Workplace(scope);
        return await _options.MoveAsync(scope, workplace.Marks, wish, cancellationToken);
    }

    private MarkWish WishOf(ParseResult parsed) => (parsed.GetValue(_all), parsed.GetValue(_version), parsed.GetValue(_until)) switch
    {
        (true, null, null) => MarkWish.Everything,
        (false, >= 0 and { } version, null) => MarkWish.ToVersion(version),
        (false, null, { } text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? MarkWish.UntilDate(date)
            : throw new BatchFunctionsException(ErrorKind.Request, $"--until is '{text}', which is no date. Write it as in 2026-02-08."),
        _ => throw new BatchFunctionsException(ErrorKind.Request, "Say up to where: one of --all, --version N with a number from 0, or --until yyyy-MM-dd."),
    };
}
