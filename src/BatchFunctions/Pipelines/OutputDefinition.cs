using BatchFunctions.Data;
using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>Where and how the predictions are written: the <c>output</c> key.</summary>
public sealed record OutputDefinition
{
    /// <summary>The folder that run folders are made in. Default: <c>scored</c>.</summary>
    public string Path { get; init; } = "scored";

    /// <summary>Parquet or CSV. Default: Parquet.</summary>
    [Key(Except = ["jsonl"])]
    public FileFormat Format { get; init; } = FileFormat.Parquet;

    /// <summary>Input columns carried along. Default: none.</summary>
    [Key(Item = "column", Example = "[age, region]")]
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>
    /// Whether the run folder also gets one <c>predictions.parquet</c> (or <c>.csv</c>) with the rows of all parts, in the input's order. Default: false.
    /// </summary>
    public bool SingleFile { get; init; }

    /// <summary>The compression of Parquet parts. Default: snappy.</summary>
    public ParquetCompression Compression { get; init; } = ParquetCompression.Snappy;

    /// <summary>A table to publish to. Default: none.</summary>
    public TableDefinition? Table { get; init; }
}
