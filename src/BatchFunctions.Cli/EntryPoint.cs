using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using BatchFunctions.Cli.Commands;
using BatchFunctions.Cli.Output;

namespace BatchFunctions.Cli;

/// <summary>The command line: its commands, and what becomes of errors.</summary>
internal static class EntryPoint
{
    /// <summary>Runs <paramref name="args"/>; gives the exit code.</summary>
    /// <param name="args">The arguments, without the program's name.</param>
    /// <param name="terminal">Where to read from and to write to.</param>
    /// <param name="stop">Cancelled when the process is asked to stop.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Terminal terminal, CancellationToken stop)
    {
        var common = new CommonOptions();
        var root = CreateRoot(terminal, common);
        var parsed = root.Parse(args);
        var configuration = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        if (parsed.Action is ParseErrorAction)
            return await ExplainAsync(root, parsed, terminal, stop);
        try
        {
            return await parsed.InvokeAsync(configuration, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            terminal.Error.WriteLine("batchfn: interrupted.");
            return ExitCodes.Cancelled;
        }
        catch (Exception exception)
        {
            return ErrorReport.Write(terminal.Error, exception, parsed.GetValue(common.Verbose));
        }
    }

    private static RootCommand CreateRoot(Terminal terminal, CommonOptions common)
    {
        var root = new RootCommand("Batch inference as a durable job: pins a model and a snapshot, scores it in shards, leaves a verified output.");
        common.AddTo(root);
        foreach (var command in new CommandDefinition[]
        {
            new DemoCommand(),
            new RunCommand(),
            new PlanCommand(),
            new ResumeCommand(),
            new StatusCommand(),
            new ListCommand(),
            new CancelCommand(),
            new RetryCommand(),
            new ReprocessCommand(),
            new ReportCommand(),
            new QueryCommand(),
            new BaselineCommand(),
            new VerifyCommand(),
            new ArchiveCommand(),
            new CleanCommand(),
            new ServeCommand(),
            new SubmitCommand(),
        })
            root.Add(command.Create(terminal, common));
        root.Add(new Command("models", "Register models, decide about them, and look at them and at what they were used for.")
        {
            new RegisterModelCommand().Create(terminal, common),
            new ManifestCommand().Create(terminal, common),
            new CheckModelCommand().Create(terminal, common),
            new ListModelsCommand().Create(terminal, common),
            new ShowModelCommand().Create(terminal, common),
            ModelStageCommand.Approve.Create(terminal, common),
            ModelStageCommand.Reject.Create(terminal, common),
            ModelStageCommand.Retire.Create(terminal, common),
            new ModelHistoryCommand().Create(terminal, common),
            new ModelLineageCommand().Create(terminal, common),
        });
        root.Add(new Command("since", "Look at how far a pipeline with source.since has scored its source, and move the mark by hand.")
        {
            new ShowSinceCommand().Create(terminal, common),
            new SetSinceCommand().Create(terminal, common),
            new ResetSinceCommand().Create(terminal, common),
        });
        root.Add(new Command("tables", "Look at published tables, and tidy them up.")
        {
            new ListTablesCommand().Create(terminal, common),
            new DescribeTableCommand().Create(terminal, common),
            new TableHistoryCommand().Create(terminal, common),
            new VacuumTableCommand().Create(terminal, common),
            new TableDdlCommand().Create(terminal, common),
        });
        return root;
    }

    private static async Task<int> ExplainAsync(RootCommand root, ParseResult parsed, Terminal terminal, CancellationToken stop)
    {
        var path = PathOf(parsed.CommandResult);
        var messages = MessagesOf(parsed, path).ToList();
        if (messages.Count == 0)
        {
            var help = new InvocationConfiguration { Output = terminal.Error, Error = terminal.Error, ProcessTerminationTimeout = null };
            return await root.Parse([.. path.Skip(1), "--help"]).InvokeAsync(help, stop) == 0 ? ExitCodes.WrongRequest : ExitCodes.Failed;
        }

        foreach (var message in messages)
            terminal.Error.WriteLine($"batchfn: {message}");
        terminal.Error.WriteLine($"Run '{string.Join(' ', path)} --help' to see what it takes.");
        return ExitCodes.WrongRequest;
    }

    /// <summary>What is wrong with a command line; nothing where a group of commands was named and none of its commands.</summary>
    private static IEnumerable<string> MessagesOf(ParseResult parsed, IReadOnlyList<string> path)
    {
        if (parsed.CommandResult.Command.Subcommands.Count == 0)
            return parsed.Errors.Select(error => error.Message).Distinct(StringComparer.Ordinal);
        return parsed.UnmatchedTokens.Count > 0
            ? [$"'{parsed.UnmatchedTokens[0]}' is no command or option of '{string.Join(' ', path)}'."]
            : parsed.Errors.Where(error => error.SymbolResult is not CommandResult).Select(error => error.Message);
    }

    private static string[] PathOf(CommandResult result)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = result; at is CommandResult { Command: var command }; at = at.Parent)
            names.Push(command is RootCommand ? "batchfn" : command.Name);
        return [.. names];
    }
}
