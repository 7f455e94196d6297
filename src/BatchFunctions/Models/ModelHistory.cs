namespace BatchFunctions.Models;

/// <summary>A registered version with all that was decided about it.</summary>
/// <param name="Version">The version.</param>
/// <param name="Changes">Its steps from stage to stage since it was registered, in order.</param>
public sealed record ModelHistory(ModelVersion Version, IReadOnlyList<StageChange> Changes)
{
    /// <summary>Where the version stands.</summary>
    public ModelStage Stage => Last?.Stage ?? ModelStage.Registered;

    /// <summary>The last step; null where the version stands as it was registered.</summary>
    public StageChange? Last => Changes.Count == 0 ? null : Changes[^1];

    /// <summary>Whether new jobs may score with it.</summary>
    public bool TakesJobs => Stage is ModelStage.Registered or ModelStage.Approved;
}
