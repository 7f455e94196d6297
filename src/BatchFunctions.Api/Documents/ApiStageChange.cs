using BatchFunctions.Models;

namespace BatchFunctions.Api.Documents;

/// <summary>What somebody decided about a version of a model.</summary>
/// <param name="Stage">Where it stands since: <c>approved</c>, <c>rejected</c>, <c>retired</c>.</param>
/// <param name="At">When.</param>
/// <param name="By">Who.</param>
/// <param name="Reason">Why; null where nothing was said.</param>
public sealed record ApiStageChange(string Stage, DateTimeOffset At, string By, string? Reason)
{
    /// <summary>Shows a decision.</summary>
    public static ApiStageChange Of(StageChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new ApiStageChange(StageNames.Of(change.Stage), change.At, change.By, change.Reason);
    }
}
