namespace BatchFunctions.Retention;

/// <summary>A file of an archived run folder.</summary>
/// <param name="Name">Its path below the run folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hex.</param>
public sealed record ArchivedFile(string Name, long Bytes, string Sha256);
