namespace BatchFunctions.Views;

/// <summary>A view that was made for a job: what it was made from, and the file that holds it.</summary>
public sealed record ViewRecord
{
    /// <summary>The query that gave the rows.</summary>
    public required string Query { get; init; }

    /// <summary>What worked it out, with its version.</summary>
    public required string Engine { get; init; }

    /// <summary>The sources, <c>input</c> first.</summary>
    public required IReadOnlyList<ViewSource> Sources { get; init; }

    /// <summary>The name of the Parquet file, in the folder <c>input</c> of the run folder.</summary>
    public required string File { get; init; }

    /// <summary>The number of its rows.</summary>
    public required long Records { get; init; }

    /// <summary>Its length.</summary>
    public required long Bytes { get; init; }

    /// <summary>Its SHA-256, in lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset MadeAt { get; init; }
}
