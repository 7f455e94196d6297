namespace BatchFunctions.Tier;

/// <summary>How far a shard is that a replica took.</summary>
public enum ClaimState
{
    /// <summary>The replica has it in hand, or had it when it died.</summary>
    Accepted,

    /// <summary>The replica gave it up, for a reason that the claim has.</summary>
    Failed,

    /// <summary>The replica was stopped, or the job was, before it could commit it.</summary>
    HandedBack,
}
