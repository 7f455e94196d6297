using BatchFunctions.Data;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Views;

/// <summary>What a view is made of.</summary>
public sealed record ViewQuery
{
    /// <summary>The keys that describe it, with the job's date filled in.</summary>
    public required SourceDefinition Source { get; init; }

    /// <summary>
    /// The sources, each pinned: <c>input</c> first, which is <c>source.path</c>; then <c>join</c>, or those that <c>source.sql</c> calls by name.
    /// </summary>
    public required IReadOnlyList<ViewInput> Inputs { get; init; }

    /// <summary>The types that the pipeline gives columns, by name; text of that column is compared as such.</summary>
    public required IReadOnlyDictionary<string, DataType> Types { get; init; }

    /// <summary>How many rows a row group of the file has at most.</summary>
    public required int RowGroupRows { get; init; }
}
