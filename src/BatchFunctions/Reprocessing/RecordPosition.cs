namespace BatchFunctions.Reprocessing;

/// <summary>Which record of the input one is.</summary>
/// <param name="File">The position of its file in the snapshot.</param>
/// <param name="Record">Its number in that file, from 0.</param>
internal readonly record struct RecordPosition(int File, long Record);
