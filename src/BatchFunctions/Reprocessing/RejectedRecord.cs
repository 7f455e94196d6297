namespace BatchFunctions.Reprocessing;

/// <summary>A record as a line of the rejects has it.</summary>
/// <param name="Position">Which record it is.</param>
/// <param name="Code">The reason's word.</param>
/// <param name="Column">The column at fault, or null where the whole record is.</param>
/// <param name="Text">Its own bytes; null where the line has not all of them.</param>
/// <param name="Line">The line itself.</param>
internal sealed record RejectedRecord(RecordPosition Position, string Code, string? Column, RecordText? Text, byte[] Line);
