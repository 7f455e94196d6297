using BatchFunctions.Api.Serving;
using BatchFunctions.Cli.Output;
using BatchFunctions.Local.Serving;
using BatchFunctions.Triggers;

namespace BatchFunctions.Cli.Serving;

/// <summary>What a server says of itself when it has started.</summary>
/// <param name="scope">Where it says so.</param>
/// <param name="server">The server.</param>
/// <param name="keyFile">The file of the key, or null where the key was given.</param>
internal sealed class ServeBanner(CommandScope scope, JobServer server, string? keyFile)
{
    /// <summary>Writes it. A folder of pipelines that cannot be listed is part of what it says.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var words = scope.Words;
        var url = server.Url.AbsoluteUri.TrimEnd('/');
        words.WriteLine($"batchfn serves at {url}");
        Sheet.Write(
            words,
            ("Data folder", scope.Folders.Data),
            ("Journal", scope.Folders.Journal),
            ("Models", scope.Folders.Models),
            ("Pipelines", server.Pipelines.Address),
            ("Key", keyFile ?? $"{ApiKey.Variable} of the environment"),
            ("Submit", $"batchfn submit PIPELINE --server {url} --wait"),
            ("Stop", "Ctrl+C; jobs at work go on when it is started again"));
        await WritePipelinesAsync(words, cancellationToken);
        if (scope.Json)
        {
            CliJson.Write(
                scope.Terminal.Out,
                new ServeView(url, scope.Folders.Data, server.Pipelines.Address, keyFile, Environment.ProcessId),
                CliJson.Default.ServeView);
        }
    }

    private async Task WritePipelinesAsync(TextWriter words, CancellationToken cancellationToken)
    {
        IReadOnlyList<PipelineEntry> entries;
        try
        {
            entries = await server.Pipelines.ListAsync(cancellationToken);
        }
        catch (BatchFunctionsException exception)
        {
            words.WriteLine($"The pipelines cannot be listed: {exception.Message}");
            return;
        }

        if (entries.Count == 0)
            words.WriteLine("No pipelines yet: put a .yaml file into their folder, and it counts at once.");
        foreach (var entry in entries)
            words.WriteLine($"  {entry.Name ?? entry.Address}: {Describe(entry)}");
    }

    private string Describe(PipelineEntry entry)
    {
        if (!entry.CanStart)
            return $"no job can be started. {entry.Error}";
        var next = entry.NextDue(scope.Terminal.Time.GetUtcNow()) is { } due ? $"next due at {Words.Moment(due)}" : null;
        var arrival = entry.Definition.Trigger?.Arrival is null ? null : "starts by files that arrive";
        return (next, arrival) switch
        {
            (null, null) => "starts when it is asked for",
            (null, _) => arrival!,
            (_, null) => next,
            _ => $"{next}, and {arrival}",
        };
    }
}
