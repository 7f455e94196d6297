namespace BatchFunctions.Expressions;

/// <summary>
/// What a condition says of a record. With these numbers, <c>and</c> is the smaller, <c>or</c> the larger and <c>not</c> 2 − x (Kleene 1952,
/// "Introduction to metamathematics", §64, the logic of SQL's nulls).
/// </summary>
internal enum Truth : byte
{
    /// <summary>It does not hold.</summary>
    False = 0,

    /// <summary>A missing value keeps it from being told.</summary>
    Unknown = 1,

    /// <summary>It holds.</summary>
    True = 2,
}
