using System.Text.Json;

namespace BatchFunctions.Cli.Tests;

public sealed class SinceCommandTests : IDisposable
{
    private readonly Batchfn _batchfn = new();

    [Fact]
    public async Task The_mark_is_shown_and_moved_by_hand_and_a_reprocess_leaves_it()
    {
        await Customers.PrepareAsync(_batchfn, 1_000);
        string relaxed = (await File.ReadAllTextAsync(_batchfn.PathOf(Customers.Pipeline), TestContext.Current.CancellationToken)).Replace("id: user_id }", "id: user_id, since: last_run }", StringComparison.Ordinal);
        _batchfn.Write(Customers.Pipeline, relaxed.Replace("max: 130", "max: 45", StringComparison.Ordinal));
        _batchfn.Write("relaxed.yaml", relaxed);
        Assert.Contains("has scored nothing yet", (await _batchfn.RunAsync("since", "show", Customers.Pipeline)).Expect(0).Out, StringComparison.Ordinal);

        (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "night-1")).Expect(0);
        (await _batchfn.RunAsync("reprocess", "night-1", "--pipeline", "relaxed.yaml")).Expect(0);
        Outcome idle = (await _batchfn.RunAsync("run", Customers.Pipeline, "--job-id", "night-2", "--json")).Expect(0);
        JsonElement mark = (await _batchfn.RunAsync("since", "show", Customers.Pipeline, "--json")).Expect(0).Json;

        Assert.Equal(("Succeeded", 0), (idle.Json.GetProperty("status").GetString(), idle.Json.GetProperty("recordsTotal").GetInt32()));
        Assert.Equal("night-1", Assert.Single(mark.GetProperty("moves").EnumerateArray()).GetProperty("by").GetString());
        Assert.Contains("Nothing is new", (await _batchfn.RunAsync("plan", Customers.Pipeline)).Expect(0).Out, StringComparison.Ordinal);
        string shown = (await _batchfn.RunAsync("since", "show", Customers.Pipeline, "--files")).Expect(0).Out;
        Assert.Contains("nightly has scored", shown, StringComparison.Ordinal);
        Assert.Contains("customers/", shown, StringComparison.Ordinal);

        Assert.Contains("scored nothing yet", (await _batchfn.RunAsync("since", "reset", Customers.Pipeline, "--by", "Ada", "--reason", "a new model")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("a new model", (await _batchfn.RunAsync("since", "show", Customers.Pipeline)).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("scored 1 file", (await _batchfn.RunAsync("since", "set", Customers.Pipeline, "--all")).Expect(0).Out, StringComparison.Ordinal);
        Assert.Contains("Nothing is new", (await _batchfn.RunAsync("plan", Customers.Pipeline)).Expect(0).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one of --all, --version N", "set")]
    [InlineData("which is no date", "set", "--until", "today")]
    [InlineData("has no {date}", "set", "--until", "2026-02-08")]
    [InlineData("is no Delta table", "set", "--version", "3")]
    public async Task A_place_that_the_source_does_not_have_is_refused(string complaint, string verb, params string[] more)
    {
        await Customers.PrepareAsync(_batchfn, 10);
        string file = await File.ReadAllTextAsync(_batchfn.PathOf(Customers.Pipeline), TestContext.Current.CancellationToken);
        Assert.Contains("has no source.since", (await _batchfn.RunAsync("since", verb, Customers.Pipeline, "--all")).Expect(2).Error, StringComparison.Ordinal);
        _batchfn.Write(Customers.Pipeline, file.Replace("id: user_id }", "id: user_id, since: last_run }", StringComparison.Ordinal));

        Assert.Contains(complaint, (await _batchfn.RunAsync(["since", verb, Customers.Pipeline, .. more])).Expect(2).Error, StringComparison.Ordinal);
    }

    public void Dispose() => _batchfn.Dispose();
}
