namespace BatchFunctions.Data.Text;

/// <summary>A chunk of a text, and how it stands in the whole.</summary>
/// <param name="Bytes">Its bytes; they are used again when the next chunk is asked for.</param>
/// <param name="Offset">Where it starts in the text.</param>
/// <param name="Before">The state in front of it, and the records that ended there.</param>
/// <param name="Behind">The state behind it, and the records that ended by then.</param>
internal readonly record struct ScannedChunk(ReadOnlyMemory<byte> Bytes, long Offset, BoundaryLane Before, BoundaryLane Behind);
