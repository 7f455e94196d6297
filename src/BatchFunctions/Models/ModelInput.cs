using BatchFunctions.Data;

namespace BatchFunctions.Models;

/// <summary>An input of a model: a tensor of one row per record.</summary>
/// <param name="Name">The input's name in the model.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Rank">1 for <c>[N]</c>, 2 for <c>[N, F]</c>.</param>
/// <param name="Features">The features side by side in a row.</param>
public sealed record ModelInput(string Name, DataType Type, int Rank, IReadOnlyList<ModelFeature> Features)
{
    /// <summary>The number of elements in a row, F.</summary>
    public int Width { get; } = Features.Sum(f => f.Width);

    /// <summary>The words whose position the graph, as it is run, takes instead of the words themselves; null where it takes what the file says.</summary>
    internal Utf8Lookup? Words { get; init; }

    /// <summary>The type of the elements of the graph as it is run.</summary>
    internal DataType ElementType => Words is null ? Type : DataType.Int64;
}
