namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>What a contender is to do; the rivals in other languages read the same file.</summary>
internal sealed record ContenderSetup
{
    /// <summary>Which contender.</summary>
    public required string Kind { get; init; }

    /// <summary><c>parquet</c> or <c>csv</c>.</summary>
    public required string Format { get; init; }

    /// <summary>The files to score.</summary>
    public required IReadOnlyList<string> Input { get; init; }

    /// <summary>The folder that predictions go to.</summary>
    public required string Output { get; init; }

    /// <summary>The ONNX file.</summary>
    public required string Model { get; init; }

    /// <summary>The model's output with the score.</summary>
    public required string Score { get; init; }

    /// <summary>Threads to use.</summary>
    public required int Threads { get; init; }

    /// <summary>Rows a model run.</summary>
    public required int Batch { get; init; }

    /// <summary>The column that tells records apart.</summary>
    public required string Id { get; init; }

    /// <summary>The model's features.</summary>
    public required IReadOnlyList<BenchmarkFeature> Features { get; init; }

    /// <summary>Whether the model takes its features as one table of floats.</summary>
    public required bool OneInput { get; init; }

    /// <summary>Further keys of the pipeline, as YAML, for the contenders that run jobs.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Whether a job is held against a baseline of its own input and against the jobs before it.</summary>
    public bool Monitored { get; init; }

    /// <summary>Whether a job writes down the hashes of the files that it reads.</summary>
    public bool HashesInput { get; init; } = true;

    /// <summary>The model's manifest, for the contenders of our own.</summary>
    public required string Manifest { get; init; }
}
