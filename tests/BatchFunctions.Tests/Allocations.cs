namespace BatchFunctions.Tests;

/// <summary>Measures what code allocates.</summary>
internal static class Allocations
{
    private const int Passes = 10;

    /// <summary>
    /// The least number of bytes that one of several runs of <paramref name="work"/> allocates on this thread. A collection that another test
    /// causes meanwhile counts what is left of the thread's allocation room as allocated, so a single run proves nothing.
    /// </summary>
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
}
