namespace BatchFunctions.Models;

/// <summary>What a feature's missing value becomes.</summary>
/// <param name="Policy">What happens.</param>
/// <param name="Value">The imputed value as text, before encoding; null unless <paramref name="Policy"/> is <see cref="MissingPolicy.Impute"/>.</param>
public sealed record MissingRule(MissingPolicy Policy, string? Value = null)
{
    /// <summary>Records without the value are rejects.</summary>
    public static MissingRule Reject { get; } = new(MissingPolicy.Reject);

    /// <summary>The model sees NaN.</summary>
    public static MissingRule Nan { get; } = new(MissingPolicy.Nan);

    /// <summary>The model sees <paramref name="value"/>.</summary>
    public static MissingRule Impute(string value) => new(MissingPolicy.Impute, value);
}
