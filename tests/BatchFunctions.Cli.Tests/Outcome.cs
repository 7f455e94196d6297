using System.Text.Json;

namespace BatchFunctions.Cli.Tests;

/// <summary>What a command left on its streams.</summary>
internal sealed record Outcome(int ExitCode, string Out, string Error)
{
    /// <summary>The last line of stdout, read as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Out.TrimEnd().Split('\n')[^1]).RootElement;

    /// <summary>Fails the test with all that was written, unless the exit code is <paramref name="exitCode"/>.</summary>
    public Outcome Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"Exit code {ExitCode}, expected {exitCode}.\nstdout:\n{Out}\nstderr:\n{Error}");
        return this;
    }
}
