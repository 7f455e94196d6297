namespace BatchFunctions.Planning;

/// <summary>The files that one job was started for by their arrival.</summary>
/// <param name="Store">The address of the store that the keys belong to.</param>
/// <param name="Files">The files in ordinal order of their keys.</param>
internal sealed record ArrivalList(string Store, IReadOnlyList<ArrivedFile> Files);
