using System.Text.RegularExpressions;

namespace BatchFunctions.Models.Mlflow;

/// <summary>A model in an MLflow registry: <c>models:/name/version</c>, or <c>models:/name@alias</c>, which is resolved once to a version.</summary>
/// <param name="Name">The registered model's name, as it is there.</param>
/// <param name="Version">The version's number, or null where an alias is meant.</param>
/// <param name="Alias">The alias, or null where a version is meant.</param>
public sealed partial record MlflowReference(string Name, string? Version, string? Alias)
{
    /// <summary>What such a reference starts with.</summary>
    public const string Scheme = "models:/";

    private const string Latest = "latest";

    /// <summary>Whether a text is meant as one.</summary>
    public static bool IsMeant(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Reads <c>models:/name/version</c> or <c>models:/name@alias</c>.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the text is no such thing, or means whichever version is newest.</exception>
    public static MlflowReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Form().Match(text) is not { Success: true } match)
            throw new BatchFunctionsException(ErrorKind.Request, $"'{text}' is no model of an MLflow registry. Write models:/name/3, with a version's number, or models:/name@alias.");
        string name = match.Groups["name"].Value;
        if (match.Groups["alias"] is { Success: true, Value: var alias })
        {
            return alias.Equals(Latest, StringComparison.OrdinalIgnoreCase)
                ? throw Newest(text, name)
                : new MlflowReference(name, null, alias);
        }

        string version = match.Groups["version"].Value;
        if (version.Equals(Latest, StringComparison.OrdinalIgnoreCase))
            throw Newest(text, name);
        if (!version.All(char.IsAsciiDigit))
            throw new BatchFunctionsException(ErrorKind.Request, $"'{text}' names a stage, which may hold several versions and means the newest of them. Write models:/{name}/3, with a version's number, or models:/{name}@alias.");
        return new MlflowReference(name, version, null);
    }

    /// <inheritdoc/>
    public override string ToString() => Alias is null ? $"{Scheme}{Name}/{Version}" : $"{Scheme}{Name}@{Alias}";

    private static BatchFunctionsException Newest(string text, string name) => new(
        ErrorKind.Request, $"'{text}' would score with whatever was registered last, approved or not. Write models:/{name}/3, with a version's number, or models:/{name}@alias with an alias that somebody sets on purpose.");

    [GeneratedRegex(@"^models:/(?<name>[^/@:\p{Cc}]{1,256})(?:/(?<version>[^/@:\p{Cc}]{1,64})|@(?<alias>[A-Za-z0-9_\-]{1,255}))$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Form();
}
