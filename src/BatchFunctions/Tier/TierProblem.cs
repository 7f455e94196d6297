namespace BatchFunctions.Tier;

/// <summary>What a caller reads of a problem (RFC 9457) that the scoring service answers with.</summary>
/// <param name="Title">What sort of problem it is.</param>
/// <param name="Detail">What is wrong this time.</param>
public sealed record TierProblem(string? Title, string? Detail);
