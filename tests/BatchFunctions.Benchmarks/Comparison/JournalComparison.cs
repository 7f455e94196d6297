using System.Globalization;
using BatchFunctions.Benchmarks.Contenders;

namespace BatchFunctions.Benchmarks.Comparison;

/// <summary>A job of very many shards is killed when most of them are committed, and continued by another process.</summary>
internal static class JournalComparison
{
    public static async Task RunAsync(ContenderSetup setup, string folder, TextWriter output, CancellationToken cancellationToken)
    {
        output.WriteLine();
        output.WriteLine("## Journal: a job of very many shards, killed and continued");
        output.WriteLine();
        ContenderAnswer killed;
        await using (var process = await ContenderProcess.StartAsync(setup with { Kind = "stopped" }, folder, cancellationToken))
            killed = await process.RunAsync(cancellationToken);
        await using var next = await ContenderProcess.StartAsync(setup with { Kind = "continued" }, folder, cancellationToken);
        var continued = await next.RunAsync(cancellationToken);
        var peak = await next.EndAsync(cancellationToken);
        output.WriteLine("| killed after | it scores again after | peak MiB |");
        output.WriteLine("|---|---|---|");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {killed.Seconds:0.0} s | {continued.Seconds:0.00} s | {peak:0} |"));
        output.WriteLine();
        output.WriteLine(continued.Note);
    }
}
