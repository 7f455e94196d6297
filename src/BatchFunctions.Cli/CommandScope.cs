using System.CommandLine;
using BatchFunctions.Cli.Output;
using BatchFunctions.Cli.Progress;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace BatchFunctions.Cli;

/// <summary>What a command's code works with: the parsed command line and the terminal.</summary>
internal sealed class CommandScope(ParseResult parsed, Terminal terminal, CommonOptions common)
{
    public ParseResult Parsed { get; } = parsed;

    public Terminal Terminal { get; } = terminal;

    public bool Json { get; } = parsed.GetValue(common.Json);

    public bool Verbose { get; } = parsed.GetValue(common.Verbose);

    /// <summary>Where words for people go: not among the JSON that a script reads.</summary>
    public TextWriter Words => Json ? Terminal.Error : Terminal.Out;

    public Folders Folders { get; } = Folders.Of(
        terminal,
        parsed.GetValue(common.Data),
        parsed.GetValue(common.Models),
        parsed.GetValue(common.Work));

    /// <summary>A command line to type next, with the folders that were given to this one.</summary>
    public string CommandLineFor(params ReadOnlySpan<string> words)
    {
        var line = $"batchfn {string.Join(' ', words)}";
        foreach (var option in new[] { common.Data, common.Models, common.Work })
            if (Parsed.GetValue(option) is { Length: > 0 } value)
                line += $" {option.Name} {(value.Contains(' ', StringComparison.Ordinal) ? $"\"{value}\"" : value)}";
        return line;
    }

    /// <summary>How progress is shown here.</summary>
    public IProgressDisplay CreateProgressDisplay() => this is { Json: false, Terminal.IsInteractive: true }
        ? new LiveProgress(Terminal.Console, Terminal.Time)
        : new LineProgress(Words, Terminal.Time);

    public ILoggerFactory CreateLoggers() =>
        Verbose ? new ErrorStreamLoggerFactory(Terminal.Error, Terminal.Time) : NullLoggerFactory.Instance;
}
