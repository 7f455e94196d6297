using BatchFunctions.Data;

namespace BatchFunctions.Models;

/// <summary>An input or output tensor as ONNX Runtime reports it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its elements, or null where no column has it.</param>
/// <param name="TypeName">The type as ONNX names it, for messages.</param>
/// <param name="Dimensions">Its dimensions, -1 where the model leaves one open; null where even their number is open.</param>
internal sealed record TensorShape(string Name, DataType? Type, string TypeName, IReadOnlyList<int>? Dimensions)
{
    /// <summary>The number of rows that the model insists on, or null.</summary>
    public int? FixedRows => Dimensions is [> 0 and int rows, ..] ? rows : null;

    /// <summary>The number of elements in a row, or null where the model leaves it open.</summary>
    public int? Width => Dimensions switch
    {
        { Count: 1 } => 1,
        [_, > 0 and int width] => width,
        _ => null,
    };

    public override string ToString() =>
        $"'{Name}' ({TypeName}{(Dimensions is null ? "" : $" [{string.Join(", ", Dimensions.Select((d, i) => d > 0 ? $"{d}" : i == 0 ? "N" : "?"))}]")})";
}
