namespace BatchFunctions.Models;

/// <summary>What becomes of a value that is no category.</summary>
/// <param name="Policy">What happens.</param>
/// <param name="Code">The code that it gets, where <paramref name="Policy"/> is <see cref="UnseenPolicy.Code"/>.</param>
/// <param name="Category">The category that it is taken for, where <paramref name="Policy"/> is <see cref="UnseenPolicy.Category"/>.</param>
public sealed record UnseenRule(UnseenPolicy Policy, double Code = 0, string? Category = null)
{
    /// <summary>Records with such a value are rejects.</summary>
    public static UnseenRule Reject { get; } = new(UnseenPolicy.Reject);

    /// <summary>The value is 0 in the columns of all categories.</summary>
    public static UnseenRule Zeros { get; } = new(UnseenPolicy.Zeros);

    /// <summary>The value gets <paramref name="code"/>.</summary>
    public static UnseenRule AsCode(double code) => new(UnseenPolicy.Code, code);

    /// <summary>The value is taken for <paramref name="category"/>.</summary>
    public static UnseenRule As(string category) => new(UnseenPolicy.Category, Category: category);
}
