using System.Text.Json.Serialization;

namespace BatchFunctions.Results;

/// <summary>The committed parts of a job: the content of <c>manifest.json</c>.</summary>
public sealed record Manifest
{
    /// <summary>The job's id.</summary>
    public required string JobId { get; init; }

    /// <summary>Which manifest of the job this is, from 1; each reprocess makes the next one. See <see cref="Number"/>.</summary>
    public int? Generation { get; init; }

    /// <summary>Which manifest of the job this is, from 1, also where it was written before there were more.</summary>
    [JsonIgnore]
    public int Number => Generation ?? 1;

    /// <summary>The number of rows in all <see cref="Predictions"/>.</summary>
    public required long RecordsScored { get; init; }

    /// <summary>The number of rows in all <see cref="Rejects"/>.</summary>
    public required long RecordsFailed { get; init; }

    /// <summary>The number of records of the input that <c>source.filter</c> leaves out; null where it leaves out none.</summary>
    public long? RecordsExcluded { get; init; }

    /// <summary>The parts below <c>predictions/</c>, in the input's order; behind them those of each reprocess, again in the input's order.</summary>
    public required IReadOnlyList<Part> Predictions { get; init; }

    /// <summary>The parts below <c>rejects/</c>, in the input's order.</summary>
    public required IReadOnlyList<Part> Rejects { get; init; }

    /// <summary>The one file with the rows of all <see cref="Predictions"/>, beside them in the run folder; null where the pipeline wants none.</summary>
    public Part? SingleFile { get; init; }

    /// <summary>Parts below <c>rejects/</c> whose records are in <see cref="Predictions"/> or in <see cref="Rejects"/> by now; null where there are none.</summary>
    public IReadOnlyList<Part>? SupersededRejects { get; init; }

    /// <summary>What was added since the job ended, in order; null where nothing was.</summary>
    public IReadOnlyList<ReprocessedParts>? Reprocesses { get; init; }

    /// <summary>The manifest before this one; null for the first.</summary>
    public PreviousManifest? Previous { get; init; }
}
