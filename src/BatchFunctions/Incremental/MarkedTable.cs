namespace BatchFunctions.Incremental;

/// <summary>How far a Delta table was scored.</summary>
/// <param name="Folder">The table's folder.</param>
/// <param name="Id">The table's own id: a table that is made anew in the same folder has another one.</param>
/// <param name="Version">The newest version whose rows were scored.</param>
public sealed record MarkedTable(string Folder, string Id, long Version);
