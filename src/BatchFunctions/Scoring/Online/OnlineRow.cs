namespace BatchFunctions.Scoring.Online;

/// <summary>What scoring made of one row of a request.</summary>
/// <param name="Values">What a job writes for such a record, by column; null where there is no score.</param>
/// <param name="Error">Why the row could not be scored; null where it was.</param>
/// <param name="IsExcluded">Whether <c>source.filter</c> leaves such records out.</param>
public sealed record OnlineRow(IReadOnlyDictionary<string, object?>? Values, string? Error = null, bool IsExcluded = false);
