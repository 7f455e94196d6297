using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>How CSV files are read: the <c>source.csv</c> key.</summary>
public sealed record CsvDefinition
{
    /// <summary>The character between two fields, one ASCII character or <c>tab</c>. Default: a comma.</summary>
    [Key(Form = KeyForm.Separator, Example = "\";\"")]
    public string Separator { get; init; } = ",";

    /// <summary>Whether the first record names the columns. Default: true.</summary>
    public bool Header { get; init; } = true;

    /// <summary>Whether a quoted field may hold line breaks. Default: true.</summary>
    public bool QuotedNewlines { get; init; } = true;

    /// <summary>Unquoted fields that stand for a missing number, besides the blank one. Default: NA, N/A, null, NULL, NaN, nan.</summary>
    [Key(Form = KeyForm.AnyText, Item = "value", Example = "[NA, unknown]")]
    public IReadOnlyList<string>? NullValues { get; init; }
}
