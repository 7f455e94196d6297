namespace BatchFunctions.Incremental;

/// <summary>How far the jobs of a pipeline have scored its source, for people.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Files">The versions of files that were scored.</param>
/// <param name="Table">How far a Delta table was scored; null for files, and before the first job.</param>
/// <param name="Publishing">The jobs that have not come to the end of their publication.</param>
/// <param name="Moves">The last moves of the mark, the newest first.</param>
public sealed record MarkView(
    string Pipeline, IReadOnlyList<MarkedFile> Files, MarkedTable? Table, IReadOnlyList<MarkClaim> Publishing, IReadOnlyList<MarkMove> Moves)
{
    internal static MarkView Of(string pipeline, InputMark mark) => new(pipeline, mark.Files, mark.Table, mark.Claims, [.. mark.Moves.Reverse()]);
}
