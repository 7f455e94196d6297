namespace BatchFunctions.Pipelines;

/// <summary>What a publication does with the rows that a table has.</summary>
public enum TableMode
{
    /// <summary>They stay.</summary>
    Append,

    /// <summary>They are replaced.</summary>
    Overwrite,

    /// <summary>Those of the partition that is written are replaced, the others stay.</summary>
    OverwritePartition,
}
