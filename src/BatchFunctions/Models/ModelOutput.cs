using BatchFunctions.Data;

namespace BatchFunctions.Models;

/// <summary>An output of a model: a tensor of one row per record.</summary>
/// <param name="Name">The output's name in the model.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Rank">1 for <c>[N]</c>, 2 for <c>[N, C]</c>.</param>
/// <param name="Width">The number of elements in a row, C.</param>
public sealed record ModelOutput(string Name, DataType Type, int Rank, int Width);
