namespace BatchFunctions.Pipelines;

/// <summary>What becomes of records that a joined source has nothing for.</summary>
public enum JoinKind
{
    /// <summary>They are kept, without values.</summary>
    Left,

    /// <summary>They are left out.</summary>
    Inner,
}
