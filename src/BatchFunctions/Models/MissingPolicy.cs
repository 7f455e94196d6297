namespace BatchFunctions.Models;

/// <summary>What the model makes of a feature's missing value: a manifest's <c>missing</c> key.</summary>
public enum MissingPolicy
{
    /// <summary>It cannot score the record.</summary>
    Reject,

    /// <summary>It sees NaN and deals with it itself; only for floating-point inputs.</summary>
    Nan,

    /// <summary>It sees the imputed value instead.</summary>
    Impute,

    /// <summary>It sees 0 in the columns of all categories; only where the encoding is one-hot.</summary>
    Zeros,
}
