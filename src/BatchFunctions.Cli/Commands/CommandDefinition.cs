using System.CommandLine;

namespace BatchFunctions.Cli.Commands;

/// <summary>A command: its words on the command line and its code.</summary>
internal abstract class CommandDefinition
{
    /// <summary>Makes the command for a parser.</summary>
    public Command Create(Terminal terminal, CommonOptions common)
    {
        var command = Describe();
        command.SetAction((parsed, cancellationToken) => RunAsync(new CommandScope(parsed, terminal, common), cancellationToken));
        return command;
    }

    /// <summary>The command's name, description, arguments and options.</summary>
    protected abstract Command Describe();

    /// <summary>Does what the command is for; gives the exit code.</summary>
    protected abstract Task<int> RunAsync(CommandScope scope, CancellationToken cancellationToken);
}
