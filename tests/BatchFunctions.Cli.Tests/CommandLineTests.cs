namespace BatchFunctions.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("frobnicate")]
    [InlineData("run")]
    [InlineData("run p.yaml --bogus")]
    [InlineData("run p.yaml --max-parallel 0")]
    [InlineData("run p.yaml --max-parallel many")]
    [InlineData("run p.yaml --target-rows -5")]
    [InlineData("run p.yaml --date 8.2.2026")]
    [InlineData("run p.yaml --input")]
    [InlineData("run p.yaml --job-id ../escape")]
    [InlineData("demo --rows 0")]
    [InlineData("demo --rows 1000000000")]
    [InlineData("demo --seed -1")]
    [InlineData("status")]
    [InlineData("models register churn")]
    [InlineData("models register churn@latest model.onnx")]
    [InlineData("models register churn@1.0.0 there-is-no.onnx")]
    [InlineData("models show churn@1.0.0")]
    [InlineData("models frob")]
    [InlineData("--models")]
    public async Task A_wrong_command_line_ends_with_2_and_a_message_on_stderr_and_leaves_nothing_behind(string arguments)
    {
        using var batchfn = new Batchfn();

        var outcome = (await batchfn.RunAsync(arguments.Split(' '))).Expect(2);

        Assert.StartsWith("batchfn: ", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(outcome.Out);
        Assert.Empty(Directory.EnumerateFileSystemEntries(batchfn.Folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("models")]
    public async Task A_group_without_a_command_shows_what_there_is(string arguments)
    {
        using var batchfn = new Batchfn();

        var outcome = (await batchfn.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Expect(2);

        Assert.Contains("Commands:", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "demo|run|plan|resume|status|list|cancel|report|models|--json|--verbose|--data|--models|--work")]
    [InlineData("run", "PIPELINE|--input|--model|--output|--date|--job-id|--max-parallel|--target-rows|--json")]
    [InlineData("plan", "PIPELINE|--input|--model|--output|--date|--max-parallel|--target-rows")]
    [InlineData("demo", "--rows|--seed")]
    [InlineData("models", "register|list|show")]
    [InlineData("models register", "NAME@VERSION|MODEL|--manifest")]
    public async Task Help_names_every_command_and_option(string command, string words)
    {
        using var batchfn = new Batchfn();

        var outcome = (await batchfn.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"])).Expect(0);

        Assert.All(words.Split('|'), word => Assert.Contains(word, outcome.Out, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("resume")]
    [InlineData("cancel")]
    [InlineData("report")]
    public async Task A_job_that_is_not_there_ends_with_2_and_makes_no_journal(string command)
    {
        using var batchfn = new Batchfn();

        var outcome = (await batchfn.RunAsync(command, "nightly-1")).Expect(2);

        Assert.Contains("There is no job 'nightly-1'", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(batchfn.Folder));
    }

    [Fact]
    public async Task Lists_are_empty_before_anything_was_done()
    {
        using var batchfn = new Batchfn();

        Assert.Equal(0, (await batchfn.RunAsync("list", "--json")).Expect(0).Json.GetArrayLength());
        Assert.Equal(0, (await batchfn.RunAsync("models", "list", "--json")).Expect(0).Json.GetArrayLength());
        Assert.Contains("no job", (await batchfn.RunAsync("list")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("no such model", (await batchfn.RunAsync("models", "list")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(batchfn.Folder));
    }
}
