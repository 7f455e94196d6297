namespace BatchFunctions.Tier;

/// <summary>What a replica makes of an order.</summary>
public enum AdmissionKind
{
    /// <summary>It has the shard in hand now, or had it already.</summary>
    Accepted,

    /// <summary>Another replica has it, or an order with a larger number came before.</summary>
    Elsewhere,

    /// <summary>The shard is committed; nothing is left to do.</summary>
    Committed,

    /// <summary>There is no room now.</summary>
    Busy,

    /// <summary>The replica is being stopped.</summary>
    Stopping,

    /// <summary>There is no plan of such a job in the work folder.</summary>
    NoSuchJob,

    /// <summary>The job's plan has no such shard.</summary>
    NoSuchShard,
}
