namespace BatchFunctions.Retention;

/// <summary>What a reprocess has left in a run folder.</summary>
/// <param name="Number">Which reprocess of the job it is, from 1.</param>
/// <param name="HasMarker">Whether it says that it has ended.</param>
/// <param name="IsPublished">Whether it says that it has added something.</param>
/// <param name="LastModified">When the newest of its files was written.</param>
internal sealed record StoredReprocess(int Number, bool HasMarker, bool IsPublished, DateTimeOffset LastModified);
