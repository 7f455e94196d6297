using System.Buffers;
using System.Text.RegularExpressions;

namespace BatchFunctions.Storage;

/// <summary>What addresses are made of.</summary>
internal static partial class StoreAddress
{
    /// <summary>The characters that make a name a pattern.</summary>
    private static readonly SearchValues<char> PatternCharacters = SearchValues.Create("*?[{");

    /// <summary>The scheme of an address in lower case, or null where it is a path.</summary>
    public static string? SchemeOf(string address) =>
        SchemeStart().Match(address) is { Success: true } match ? match.Groups[1].Value.ToLowerInvariant() : null;

    /// <summary>The path that a <c>file://</c> address names.</summary>
    public static string FilePath(string address)
    {
        var rest = address["file://".Length..];
        if (rest.StartsWith("localhost/", StringComparison.OrdinalIgnoreCase))
            rest = rest["localhost".Length..];
        if (!rest.StartsWith('/'))
            throw Malformed(address, "a file:// address has three slashes and a full path, as in file:///data/customers.csv");
        var path = Uri.UnescapeDataString(rest);
        return OperatingSystem.IsWindows() && path.Length > 2 && path[2] == ':' ? path[1..] : path;
    }

    /// <summary>The container and what is below it of an <c>azure://</c> address.</summary>
    public static (string Container, string Path) Container(string address)
    {
        var rest = address["azure://".Length..];
        return SplitContainer(address, rest);
    }

    /// <summary>The container and what is below it of an <c>https://</c> address of a blob account.</summary>
    /// <param name="address">The address.</param>
    /// <param name="account">The account that it must belong to.</param>
    public static (string Container, string Path) Blob(string address, Uri account)
    {
        if (SharedAccessSignature().IsMatch(address))
        {
            throw new BatchFunctionsException(
                ErrorKind.Request,
                "The address holds a shared access signature, which would end up in logs. Leave everything from '?' on out of it, and configure the account with BATCHFN_STORAGE_CONNECTION.");
        }

        var root = account.GetLeftPart(UriPartial.Path).TrimEnd('/');
        var isInAccount = address.StartsWith(root, StringComparison.OrdinalIgnoreCase)
            && (address.Length == root.Length || address[root.Length] == '/');
        if (!isInAccount)
        {
            throw new BatchFunctionsException(
                ErrorKind.Request, $"'{address}' is not in the configured blob account {root}. Configure the account that it is in, or copy the files.");
        }

        return SplitContainer(address, Uri.UnescapeDataString(address[root.Length..].TrimStart('/')));
    }

    /// <summary>Whether a name in a path matches others than itself, or a date is still to be filled in.</summary>
    public static bool IsPattern(ReadOnlySpan<char> path) => path.IndexOfAny(PatternCharacters) >= 0;

    /// <summary>The error of an address that makes no sense.</summary>
    public static BatchFunctionsException Malformed(string address, string why) =>
        new(ErrorKind.Request, $"The address '{address.Replace("\0", "\\0", StringComparison.Ordinal)}' is malformed: {why}.");

    private static (string Container, string Path) SplitContainer(string address, string rest)
    {
        var end = rest.IndexOf('/', StringComparison.Ordinal);
        var container = end < 0 ? rest : rest[..end];
        if (!ContainerName().IsMatch(container))
        {
            throw Malformed(
                address, $"'{container}' is no container's name, which has 3 to 63 lower-case letters, digits and single dashes");
        }

        return (container, end < 0 ? "" : rest[(end + 1)..].TrimEnd('/'));
    }

    // At least two letters, so that a Windows drive is no scheme.
    [GeneratedRegex("^([a-zA-Z][a-zA-Z0-9+.-]+)://")]
    private static partial Regex SchemeStart();

    [GeneratedRegex(@"^(?:\$root|\$web|(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*)$")]
    private static partial Regex ContainerName();

    [GeneratedRegex("[?&](?:sig|sv|se|sp)=", RegexOptions.IgnoreCase)]
    private static partial Regex SharedAccessSignature();
}
