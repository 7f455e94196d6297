namespace BatchFunctions.Models;

/// <summary>What a feature's missing value becomes.</summary>
/// <param name="Policy">What happens.</param>
/// <param name="Value">The imputed value as text, before encoding; null unless <paramref name="Policy"/> is <see cref="MissingPolicy.Impute"/>.</param>
/// <param name="Statistic">What of training's values the imputed value is; null where it is a constant.</param>
/// <param name="Source">The manifest's key that the value was taken from, such as <c>statistics</c>; null where it stands with the rule itself.</param>
public sealed record MissingRule(MissingPolicy Policy, string? Value = null, Statistic? Statistic = null, string? Source = null)
{
    /// <summary>Records without the value are rejects.</summary>
    public static MissingRule Reject { get; } = new(MissingPolicy.Reject);

    /// <summary>The model sees NaN.</summary>
    public static MissingRule Nan { get; } = new(MissingPolicy.Nan);

    /// <summary>The model sees 0 in the columns of all categories.</summary>
    public static MissingRule Zeros { get; } = new(MissingPolicy.Zeros);

    /// <summary>The model sees <paramref name="value"/>.</summary>
    public static MissingRule Impute(string value) => new(MissingPolicy.Impute, value);
}
