using System.Collections.Concurrent;
using BatchFunctions.Workflow;

namespace BatchFunctions.Tests.Workflow;

public sealed class ActivityThreadsTests
{
    [Fact]
    public async Task What_is_run_and_what_it_awaits_stays_off_the_thread_pool()
    {
        using var threads = new ActivityThreads(3);
        var pooled = new ConcurrentBag<bool>();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => threads.RunAsync(async () =>
        {
            pooled.Add(Thread.CurrentThread.IsThreadPoolThread);
            await Task.Yield();
            pooled.Add(Thread.CurrentThread.IsThreadPoolThread);
            await Task.Run(() => { }, TestContext.Current.CancellationToken);
            pooled.Add(Thread.CurrentThread.IsThreadPoolThread);
        })));

        Assert.Equal(150, pooled.Count);
        Assert.DoesNotContain(true, pooled);
    }

    [Fact]
    public async Task There_are_never_more_than_so_many_however_much_there_is_to_do()
    {
        using var threads = new ActivityThreads(4);
        using var gate = new Barrier(4);
        var names = new ConcurrentDictionary<int, bool>();
        await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => threads.RunAsync(() =>
        {
            // Passed only when four are at work at the same time.
            gate.SignalAndWait(TestContext.Current.CancellationToken);
            names[Environment.CurrentManagedThreadId] = true;
            return Task.CompletedTask;
        })));

        Assert.Equal(4, names.Count);
    }

    [Fact]
    public async Task A_failure_is_told_and_harms_nobody_else()
    {
        using var threads = new ActivityThreads(1);
        await Assert.ThrowsAsync<InvalidDataException>(() => threads.RunAsync(() => throw new InvalidDataException()));
        await threads.RunAsync(() => Task.CompletedTask);
    }

    [Fact]
    public async Task What_is_at_work_when_they_are_let_go_of_comes_to_its_end()
    {
        var threads = new ActivityThreads(2);
        var gate = new TaskCompletionSource();
        var work = Enumerable.Range(0, 10).Select(_ => threads.RunAsync(async () => await gate.Task)).ToArray();
        threads.Dispose();
        gate.SetResult();
        await Task.WhenAll(work).WaitAsync(TestContext.Current.CancellationToken);
        await threads.RunAsync(() => Task.CompletedTask);
    }
}
