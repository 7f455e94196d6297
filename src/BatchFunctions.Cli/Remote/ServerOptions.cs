using System.CommandLine;
using BatchFunctions.Api.Serving;
using BatchFunctions.Local.Serving;

namespace BatchFunctions.Cli.Remote;

/// <summary>Which server to talk to, and with which key.</summary>
internal sealed class ServerOptions
{
    private readonly Option<string?> _key = new("--key")
    {
        Description = "The server's key. Default: BATCHFN_API_KEY; else, for a server of this machine, the one that it keeps in the data folder.",
        HelpName = "KEY",
    };

    /// <summary>The option of the server.</summary>
    public Option<string?> Server { get; } = new("--server") { Description = "The server's address, such as http://127.0.0.1:7072.", HelpName = "URL" };

    public void AddTo(Command command)
    {
        command.Add(Server);
        command.Add(_key);
    }

    /// <summary>A client for the server of the command line, or null where it names none.</summary>
    /// <exception cref="BatchFunctionsException">The address is none.</exception>
    public JobClient? FindClient(CommandScope scope) => scope.Parsed.GetValue(Server) is { } text ? Connect(scope, text) : null;

    /// <summary>A client for the server of the command line, or for the one that <c>serve</c> would be.</summary>
    /// <exception cref="BatchFunctionsException">The address is none.</exception>
    public JobClient CreateClient(CommandScope scope) => FindClient(scope) ?? Connect(scope, DefaultServer);

    /// <summary>What was given to this command line, to be part of the next one; no key.</summary>
    public string[] Words(CommandScope scope) => ["--server", scope.Parsed.GetValue(Server) ?? DefaultServer];

    private static string DefaultServer => FormattableString.Invariant($"http://127.0.0.1:{JobServerOptions.DefaultPort}");

    private JobClient Connect(CommandScope scope, string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https") || server.Query.Length > 0)
            throw new BatchFunctionsException(ErrorKind.Request, $"--server is '{text}', which is no server's address. Write one such as http://127.0.0.1:7072.");
        if (server.Scheme == "http" && !server.IsLoopback)
            scope.Terminal.Error.WriteLine($"Warning: {server} is not encrypted, so that anyone on the way can read the key. Use https.");
        return new JobClient(server, KeyFor(scope, server));
    }

    // The key of this machine's server is nobody else's business.
    private string? KeyFor(CommandScope scope, Uri server) =>
        scope.Parsed.GetValue(_key) is { Length: > 0 } given ? given
        : scope.Terminal.EnvironmentVariable(ApiKey.Variable) is { Length: > 0 } variable ? variable
        : server.IsLoopback ? ApiKey.Find(scope.Folders.Data)
        : null;
}
