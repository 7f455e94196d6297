using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using BatchFunctions.Api.Documents;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Commands;

/// <summary>A pipeline and what replaces parts of it: shared by <c>run</c>, <c>plan</c> and <c>submit</c>.</summary>
internal sealed class JobOptions(string pipeline = "The pipeline's file: a path or an address.")
{
    public Argument<string> Pipeline { get; } = new("PIPELINE") { Description = pipeline };

    public Option<string?> Input { get; } = new("--input") { Description = "Replaces source.path: a file, a glob or an address.", HelpName = "PATH" };

    public Option<string?> Model { get; } = new("--model") { Description = "Replaces model.", HelpName = "NAME@VERSION" };

    public Option<string?> Output { get; } = new("--output") { Description = "Replaces output.path.", HelpName = "FOLDER" };

    public Option<DateOnly?> Date { get; } = new("--date")
    {
        Description = "What {date} stands for. Default: today, in UTC.",
        HelpName = "yyyy-MM-dd",
        CustomParser = ParseDate,
    };

    public Option<int?> MaxParallel { get; } = new("--max-parallel") { Description = "Replaces shards.max_parallel.", HelpName = "N" };

    public Option<long?> TargetRows { get; } = new("--target-rows") { Description = "Replaces shards.target_rows.", HelpName = "N" };

    public void AddTo(Command command)
    {
        command.Add(Pipeline);
        command.Add(Input);
        command.Add(Model);
        command.Add(Output);
        command.Add(Date);
        command.Add(MaxParallel);
        command.Add(TargetRows);
        MaxParallel.Validators.Add(result => RequirePositive(result, "--max-parallel"));
        TargetRows.Validators.Add(result => RequirePositive(result, "--target-rows"));
    }

    /// <summary>The request that the command line makes. Local paths become absolute: the job may be continued from another folder.</summary>
    public JobRequest RequestOf(CommandScope scope, string jobId)
    {
        var folder = scope.Terminal.CurrentFolder;
        return new JobRequest
        {
            JobId = jobId,
            Pipeline = Folders.Absolute(folder, scope.Parsed.GetRequiredValue(Pipeline)),
            RequestedAt = scope.Terminal.Time.GetUtcNow(),
            Date = scope.Parsed.GetValue(Date),
            Input = AbsoluteOrNull(scope.Parsed.GetValue(Input)),
            Model = scope.Parsed.GetValue(Model),
            Output = AbsoluteOrNull(scope.Parsed.GetValue(Output)),
            MaxParallel = scope.Parsed.GetValue(MaxParallel),
            TargetRows = scope.Parsed.GetValue(TargetRows),
        };

        string? AbsoluteOrNull(string? address) => address is null ? null : Folders.Absolute(folder, address);
    }

    /// <summary>The same for a server, which has its own folders: nothing is made absolute here.</summary>
    public ApiJobRequest PostOf(CommandScope scope, string? jobId) => new()
    {
        Pipeline = scope.Parsed.GetRequiredValue(Pipeline),
        JobId = jobId,
        Input = scope.Parsed.GetValue(Input),
        Model = scope.Parsed.GetValue(Model),
        Output = scope.Parsed.GetValue(Output),
        Date = scope.Parsed.GetValue(Date),
        MaxParallel = scope.Parsed.GetValue(MaxParallel),
        TargetRows = scope.Parsed.GetValue(TargetRows),
    };

    /// <summary>Makes <paramref name="option"/> refuse what is below 1.</summary>
    public static void RequirePositive(OptionResult result, string option)
    {
        if (result.Tokens.Count == 1 && long.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var value) && value < 1)
            result.AddError($"{option} is {value}, but has to be at least 1.");
    }

    private static DateOnly? ParseDate(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return date;
        result.AddError($"--date is '{text}', which is no date. Write it as yyyy-MM-dd, such as 2026-02-08.");
        return null;
    }
}
