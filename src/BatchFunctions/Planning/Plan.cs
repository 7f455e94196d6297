namespace BatchFunctions.Planning;

/// <summary>The head of a job's plan; the shards stand in pages beside it, so that no one needs to load them all.</summary>
/// <param name="Shards">The number of shards.</param>
/// <param name="PageSize">The number of shards on each page but the last.</param>
/// <param name="Records">The number of records, or null where compressed text hides it.</param>
public sealed record Plan(int Shards, int PageSize, long? Records)
{
    /// <summary>The number of shards on a page of the plans that are written now.</summary>
    internal const int DefaultPageSize = 250;
}
