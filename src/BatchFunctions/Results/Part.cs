namespace BatchFunctions.Results;

/// <summary>One output file written for a shard.</summary>
/// <param name="Name">Its name inside <c>predictions/</c> or <c>rejects/</c>: <c>part-00000-&lt;hash&gt;.parquet</c>, the hash being of its content.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Bytes">Its length in bytes.</param>
/// <param name="Sha256">The SHA-256 of its bytes, in lower-case hex.</param>
public sealed record Part(string Name, long Rows, long Bytes, string Sha256);
