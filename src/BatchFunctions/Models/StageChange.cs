using System.Text.Json.Serialization;

namespace BatchFunctions.Models;

/// <summary>One step of a version from stage to stage: a file <c>history/0001.json</c> beside the model, written once.</summary>
public sealed record StageChange
{
    /// <summary>Which step of the version it is, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Where the version stood before.</summary>
    public required ModelStage From { get; init; }

    /// <summary>Where it stands since.</summary>
    public required ModelStage Stage { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who.</summary>
    public required string By { get; init; }

    /// <summary>Why, in that person's words; null where nothing was said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary><c>approved by Ada at 2026-02-08 02:00:00Z (better on the holdout)</c>.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{StageNames.Of(Stage)} by {By} at {At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z{(Reason is null ? "" : $" ({Reason})")}");
}
