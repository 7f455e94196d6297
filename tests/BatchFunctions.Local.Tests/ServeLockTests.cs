using BatchFunctions.Local.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace BatchFunctions.Local.Tests;

public sealed class ServeLockTests : IDisposable
{
    private readonly JournalFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_second_to_serve_a_journal_is_told_who_does_and_what_to_do()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 2, 8, 2, 0, 0, TimeSpan.Zero));
        using (ServeLock.Take(_folder.JournalPath, time))
        {
            var failure = Assert.Throws<BatchFunctionsException>(() => ServeLock.Take(_folder.JournalPath, time));
            Assert.Equal(ErrorKind.Request, failure.Kind);
            Assert.StartsWith(
                $"Process {Environment.ProcessId} on {Environment.MachineName}, started at 2026-02-08 02:00:00 UTC, serves the journal {_folder.JournalPath} already.",
                failure.Message,
                StringComparison.Ordinal);
            Assert.Contains("stop it first", failure.Message, StringComparison.Ordinal);
            using var elsewhere = new JournalFolder();
            using var other = ServeLock.Take(elsewhere.JournalPath, time);
        }

        using var next = ServeLock.Take(_folder.JournalPath, time);
    }

    [Fact]
    public async Task A_process_that_is_killed_serves_no_longer()
    {
        await using var child = ChildProcess.StartHolding(_folder.JournalPath);
        Assert.Equal("holding", await child.ReadLineAsync(TestContext.Current.CancellationToken));
        var failure = Assert.Throws<BatchFunctionsException>(() => ServeLock.Take(_folder.JournalPath, TimeProvider.System));
        Assert.Contains($"Process {child.Id} on", failure.Message, StringComparison.Ordinal);

        await child.KillAsync();

        using var next = ServeLock.Take(_folder.JournalPath, TimeProvider.System);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_no_place_to_serve()
    {
        var file = _folder.JournalPath;
        File.WriteAllText(file, "no folder");
        var failure = Assert.Throws<BatchFunctionsException>(() => ServeLock.Take(Path.Combine(file, "journal.db"), TimeProvider.System));
        Assert.Equal(ErrorKind.Environment, failure.Kind);
    }
}
