using BatchFunctions.Api.Tests.Hosting;
using BatchFunctions.Local.Serving;
using Microsoft.Extensions.Time.Testing;

namespace BatchFunctions.Api.Tests.Serving;

public sealed class TriggerLoopTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly HostCondition _condition = new();
    private readonly RecordedLogs _logs = new();
    private readonly CancellationTokenSource _stop = new();
    private int _looks;

    [Fact]
    public async Task A_look_that_fails_is_made_again_after_growing_pauses_and_told_once()
    {
        var isWell = false;
        var running = await StartAsync(_ => isWell ? Task.CompletedTask : Task.FromException(new IOException("The disk is away.")));
        Assert.Equal(1, _looks);

        foreach (var pause in (int[])[2, 4, 8, 16, 32, 60, 60])
        {
            Assert.Equal(0, LooksIn(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1)));
            Assert.Equal(1, LooksIn(TimeSpan.FromMilliseconds(1)));
        }

        Assert.Equal(["schedules"], _condition.Troubles);
        Assert.Single(_logs.Lines, l => l.StartsWith("Error", StringComparison.Ordinal));

        isWell = true;
        Assert.Equal(1, LooksIn(TimeSpan.FromSeconds(60)));
        Assert.Equal(1, LooksIn(TimeSpan.FromSeconds(1)));
        Assert.Empty(_condition.Troubles);
        await _stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task It_ends_when_it_is_stopped_in_the_middle_of_a_look()
    {
        var running = await StartAsync(token => Task.Delay(Timeout.Infinite, token));

        await _stop.CancelAsync();

        await running;
        Assert.Empty(_condition.Troubles);
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Gives the loop when it has looked for the first time and waits. From then on it runs inside of what moves the clock.</summary>
    private Task<Task> StartAsync(Func<CancellationToken, Task> look)
    {
        var loop = new TriggerLoop(
            "schedules",
            TimeSpan.FromSeconds(1),
            token =>
            {
                _looks++;
                return look(token);
            },
            _condition,
            _time,
            _logs.CreateLogger("x"));
        return Task.Factory.StartNew(() => loop.RunAsync(_stop.Token), TestContext.Current.CancellationToken, TaskCreationOptions.None, TaskScheduler.Default);
    }

    private int LooksIn(TimeSpan time)
    {
        var before = _looks;
        _time.Advance(time);
        return _looks - before;
    }
}
