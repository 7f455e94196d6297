using BatchFunctions.Data;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Scoring;

/// <summary>How a <see cref="BatchScorer"/> reads, decides and writes.</summary>
public sealed record BatchScorerOptions
{
    /// <summary>The column that names a record in the output. Default: none; the output then has file and record number.</summary>
    public string? Id { get; init; }

    /// <summary>Input columns carried along. Default: none.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>What a record must be like. Default: what the model needs.</summary>
    public ValidationDefinition Validation { get; init; } = new();

    /// <summary>What is added to a score. Default: what the manifest says, and a threshold of 0.5 for binary models.</summary>
    public DecisionsDefinition Decisions { get; init; } = new();

    /// <summary>How CSV files are read. Default: RFC 4180 with a header.</summary>
    public CsvDefinition Csv { get; init; } = new();

    /// <summary>The compression of Parquet output. Default: snappy.</summary>
    public ParquetCompression Compression { get; init; } = ParquetCompression.Snappy;

    /// <summary>Rows handed to one model run. Default: 4,096.</summary>
    public int BatchSize { get; init; } = 4096;
}
