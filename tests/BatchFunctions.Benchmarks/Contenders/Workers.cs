namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>Threads that share out numbered work, as a job's shards are.</summary>
internal static class Workers
{
    /// <summary>Runs <paramref name="work"/> on <paramref name="threads"/> threads, each with its own number, until all items are done.</summary>
    public static async Task RunAsync(int threads, int items, Func<int, int, Task> work)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Run(async () =>
        {
            int item;
            while ((item = Interlocked.Increment(ref next)) < items)
                await work(thread, item);
        })));
    }
}
