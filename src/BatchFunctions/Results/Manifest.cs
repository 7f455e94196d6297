namespace BatchFunctions.Results;

/// <summary>The committed parts of a job: the content of <c>manifest.json</c>.</summary>
public sealed record Manifest
{
    /// <summary>The job's id.</summary>
    public required string JobId { get; init; }

    /// <summary>The number of rows in all <see cref="Predictions"/>.</summary>
    public required long RecordsScored { get; init; }

    /// <summary>The number of rows in all <see cref="Rejects"/>.</summary>
    public required long RecordsFailed { get; init; }

    /// <summary>The parts below <c>predictions/</c>, in the input's order.</summary>
    public required IReadOnlyList<Part> Predictions { get; init; }

    /// <summary>The parts below <c>rejects/</c>, in the input's order.</summary>
    public required IReadOnlyList<Part> Rejects { get; init; }
}
