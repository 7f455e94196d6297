using BatchFunctions.Data;
using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>What a column's values must be like: an entry of <c>validation.columns</c>.</summary>
public sealed record ColumnRule
{
    /// <summary>The values' type. Default: the model's, else the file's own, else string for text files.</summary>
    public DataType? Type { get; init; }

    /// <summary>The smallest number allowed, inclusive. Default: none.</summary>
    public double? Min { get; init; }

    /// <summary>The largest number allowed, inclusive. Default: none.</summary>
    public double? Max { get; init; }

    /// <summary>The only values allowed. Default: any.</summary>
    [Key(NotEmpty = true, Form = KeyForm.AnyText, Item = "value", Example = "[north, south]")]
    public IReadOnlyList<string>? Allowed { get; init; }

    /// <summary>What a missing value means. Default: for a feature <see cref="MissingAction.Impute"/> where the model knows how, else
    /// <see cref="MissingAction.Reject"/>; for any other column <see cref="MissingAction.Allow"/>.</summary>
    public MissingAction? Missing { get; init; }

    /// <summary>The longest text allowed, in bytes of UTF-8. Default: 65,536.</summary>
    [Key(Min = 1)]
    public int? MaxLength { get; init; }
}
