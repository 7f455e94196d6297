using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Fakes;

/// <summary>Waits for what is to come, and fails where it does not come within a minute.</summary>
internal static class Wait
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        while (!await condition())
            await Task.Delay(1, limit.Token);
    }

    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    /// <summary>Waits until a job stands where it should.</summary>
    public static Task ForAsync(EmbeddedEngine engine, string jobId, JobStatus status) =>
        UntilAsync(async () => (await engine.FindAsync(jobId, TestContext.Current.CancellationToken))?.Status == status);
}
