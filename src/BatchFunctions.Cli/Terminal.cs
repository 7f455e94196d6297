using System.Text;
using Spectre.Console;

namespace BatchFunctions.Cli;

/// <summary>What the command line has around it: two streams, a current folder, an environment and a clock.</summary>
internal sealed class Terminal
{
    private const int UnlimitedWidth = 4096;

    private IAnsiConsole? _console;

    /// <summary>Where results go.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Where errors and remarks go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether a person watches <see cref="Out"/>, so that it may move.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>The folder that relative paths on the command line start from.</summary>
    public required string CurrentFolder { get; init; }

    /// <summary>The folder of the program itself, where the sample lies.</summary>
    public string ProgramFolder { get; init; } = AppContext.BaseDirectory;

    /// <summary>Reads a variable of the environment.</summary>
    public Func<string, string?> EnvironmentVariable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary><see cref="Out"/> for tables and moving progress; plain text without a limit of width where nobody watches.</summary>
    public IAnsiConsole Console => _console ??= CreateConsole();

    /// <summary>The process's own.</summary>
    public static Terminal OfProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        if (!System.Console.IsOutputRedirected)
            System.Console.OutputEncoding = utf8;
        return new Terminal
        {
            Out = System.Console.IsOutputRedirected ? Writer(System.Console.OpenStandardOutput(), utf8) : System.Console.Out,
            Error = System.Console.IsErrorRedirected ? Writer(System.Console.OpenStandardError(), utf8) : System.Console.Error,
            IsInteractive = !System.Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb",
            CurrentFolder = Environment.CurrentDirectory,
        };
    }

    private static TextWriter Writer(Stream stream, Encoding encoding) =>
        TextWriter.Synchronized(new StreamWriter(stream, encoding) { AutoFlush = true });

    private IAnsiConsole CreateConsole()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Out),
            Ansi = IsInteractive ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = IsInteractive ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = IsInteractive ? InteractionSupport.Yes : InteractionSupport.No,
        });
        if (!IsInteractive)
            console.Profile.Width = UnlimitedWidth;
        return console;
    }
}
