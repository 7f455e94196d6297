namespace BatchFunctions.Models;

/// <summary>What becomes of a value that is no category: a feature's <c>unseen</c> key.</summary>
public enum UnseenPolicy
{
    /// <summary>The model cannot score the record.</summary>
    Reject,

    /// <summary>It gets a code of its own; only where the encoding is ordinal.</summary>
    Code,

    /// <summary>It is taken for one of the categories, such as the most frequent one.</summary>
    Category,

    /// <summary>It is 0 in the columns of all categories; only where the encoding is one-hot.</summary>
    Zeros,
}
