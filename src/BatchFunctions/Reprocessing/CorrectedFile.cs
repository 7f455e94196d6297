namespace BatchFunctions.Reprocessing;

/// <summary>A file with corrected records, as it stood when it was read.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">The SHA-256 of its content, in lower-case hex.</param>
/// <param name="Matched">The number of its records that are corrections of rejects.</param>
/// <param name="Unmatched">The number of its records that match no reject, and were left out.</param>
public sealed record CorrectedFile(string Address, long Bytes, string Sha256, long Matched, long Unmatched);
