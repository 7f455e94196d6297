namespace BatchFunctions.Triggers;

/// <summary>A share of the file versions that have become jobs.</summary>
/// <param name="Versions">When each was started, by the word that stands for it.</param>
internal sealed record StartedShare(SortedDictionary<string, DateOnly> Versions);
