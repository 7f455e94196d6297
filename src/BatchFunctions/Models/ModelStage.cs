namespace BatchFunctions.Models;

/// <summary>Where a version of a model stands between its registration and its end.</summary>
public enum ModelStage
{
    /// <summary>It is there, and nobody has judged it yet. Jobs that name it by its version score with it.</summary>
    Registered,

    /// <summary>Somebody approved it: the newest version of a model that stands here is what <c>name@approved</c> means.</summary>
    Approved,

    /// <summary>Somebody judged it not fit for use: it takes no new jobs.</summary>
    Rejected,

    /// <summary>It was used and has had its time: it takes no new jobs, and those that it has run to their end.</summary>
    Retired,
}
