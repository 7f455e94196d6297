using System.Text.RegularExpressions;

namespace BatchFunctions.Models;

/// <summary>What a pipeline says of its model: <c>name@version</c>, or <c>name@approved</c>, which is resolved once to a version.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Version">A version such as <c>1.2.0</c>, or <c>approved</c>.</param>
public sealed partial record ModelReference(string Name, string Version)
{
    /// <summary>The word that stands for the newest approved version.</summary>
    public const string Approved = "approved";

    /// <summary>Whether the version has yet to be resolved.</summary>
    public bool IsApproved => Version == Approved;

    /// <summary>Reads <c>name@version</c>.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the text is no such thing.</exception>
    public static ModelReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Form().Match(text) is not { Success: true } match)
            throw new BatchFunctionsException(ErrorKind.Request, $"'{text}' is no model reference. Write name@version, such as churn@1.2.0, or name@approved.");
        (string name, string version) = (match.Groups[1].Value, match.Groups[2].Value);
        if (version.Equals("latest", StringComparison.OrdinalIgnoreCase))
            throw new BatchFunctionsException(ErrorKind.Request, $"'{text}' would score with whatever was registered last, approved or not. Write a version, or {name}@approved.");
        if (version != Approved && version.Equals(Approved, StringComparison.OrdinalIgnoreCase))
            throw new BatchFunctionsException(ErrorKind.Request, $"'{text}' is neither a version nor the newest approved one. Write {name}@approved, or a version.");
        return new(name, version);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}@{Version}";

    [GeneratedRegex(@"^([a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?)@([0-9A-Za-z](?:[0-9A-Za-z.+_-]{0,62}[0-9A-Za-z])?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
