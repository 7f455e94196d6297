using BatchFunctions.Data;

namespace BatchFunctions.Planning;

/// <summary>The columns that a job reads.</summary>
/// <param name="Read">Those that are read from every file, with their types.</param>
/// <param name="Partitions">Those that come from the files' folders, with their types.</param>
/// <param name="Absent">Optional features' columns that the input lacks.</param>
/// <param name="Unused">Columns of the input that nobody asks for.</param>
internal sealed record ColumnPlan(IReadOnlyList<Field> Read, IReadOnlyList<Field> Partitions, IReadOnlyList<string> Absent, IReadOnlyList<string> Unused);
