namespace BatchFunctions.Models;

/// <summary>A number of training that a missing value becomes.</summary>
public enum Statistic
{
    /// <summary>The mean of the values.</summary>
    Mean,

    /// <summary>The value in the middle.</summary>
    Median,

    /// <summary>The most frequent value.</summary>
    Mode,
}
