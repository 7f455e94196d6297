namespace BatchFunctions.Tests;

/// <summary>
/// Measures what code allocates on its thread. A collection that another test causes meanwhile counts what is left of the thread's
/// allocation room as allocated, so a single run proves nothing; the least of several does.
/// </summary>
internal static class Allocations
{
    private const int Passes = 10;

    /// <summary>The least number of bytes that a run of <paramref name="work"/> allocates.</summary>
    public static long Least(Action work)
    {
        long least = long.MaxValue;
        for (int pass = 0; pass < Passes; pass++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    /// <summary>The least number of bytes that <paramref name="measure"/> gives.</summary>
    public static async Task<long> LeastAsync(Func<Task<long>> measure)
    {
        long least = long.MaxValue;
        for (int pass = 0; pass < Passes && least > 0; pass++)
            least = Math.Min(least, await measure());
        return least;
    }
}
