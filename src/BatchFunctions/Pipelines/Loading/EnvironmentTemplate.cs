using System.Text;
using System.Text.RegularExpressions;

namespace BatchFunctions.Pipelines.Loading;

/// <summary>
/// Fills <c>${NAME}</c> and <c>${NAME:-default}</c> in from the environment; <c>$${</c> stands for the characters <c>${</c>.
/// </summary>
/// <remarks>
/// In YAML, braces inside <c>{ … }</c> are syntax, so that <c>{ webhook: ${URL} }</c> would not be read as it is meant. References are
/// therefore shielded before the text is parsed, character for character so that every position stays true, and filled in after it,
/// so that a variable's value can never become a key or another piece of syntax.
/// </remarks>
internal static partial class EnvironmentTemplate
{
    private const char Base = '\uE000';

    /// <summary>Replaces the characters of every reference by private ones that YAML takes for plain text.</summary>
    public static string Shield(string text) =>
        text.Contains("${", StringComparison.Ordinal) ? Reference().Replace(text, m => string.Create(m.Length, m.Value, Encode)) : text;

    /// <summary>Gives shielded text its own characters back.</summary>
    public static string Unshield(string text) =>
        text.Any(IsShielded) ? string.Create(text.Length, text, static (to, from) =>
        {
            for (int i = 0; i < to.Length; i++)
                to[i] = IsShielded(from[i]) ? (char)(from[i] - Base) : from[i];
        })
        : text;

    /// <summary>Where <paramref name="text"/> holds one of the private characters that shielding needs, or -1.</summary>
    public static int FindReserved(string text) => text.AsSpan().IndexOfAnyInRange(Base, (char)(Base + 0x7F));

    /// <summary>Fills the references of shielded text in.</summary>
    /// <param name="shielded">The text.</param>
    /// <param name="environment">Gives a variable's value, or null where it is not set.</param>
    /// <param name="unset">Takes the name of each variable that is neither set nor has a default.</param>
    /// <returns>The text, and whether any of it came from the environment.</returns>
    public static (string Value, bool FromEnvironment) Fill(string shielded, Func<string, string?> environment, Action<string> unset)
    {
        if (!shielded.Any(IsShielded))
            return (shielded, false);
        var value = new StringBuilder();
        bool any = false;
        int i = 0;
        while (i < shielded.Length)
        {
            if (!IsShielded(shielded[i]))
            {
                value.Append(shielded[i++]);
                continue;
            }

            int end = shielded.IndexOf((char)(Base + '}'), i);
            string reference = Unshield(shielded[i..(end + 1)]);
            i = end + 1;
            if (reference.StartsWith("$$", StringComparison.Ordinal))
            {
                value.Append(reference, 1, reference.Length - 1);
                continue;
            }

            any = true;
            string[] parts = reference[2..^1].Split(":-", 2);
            string? found = environment(parts[0]);
            if (parts.Length == 2 && string.IsNullOrEmpty(found))
                found = parts[1];
            if (found is null)
                unset(parts[0]);
            value.Append(found);
        }

        return (value.ToString(), any);
    }

    /// <summary>Whether shielded text still holds a <c>${</c>, which is then no well-formed reference.</summary>
    public static bool HasStray(string shielded) => shielded.Contains("${", StringComparison.Ordinal);

    private static bool IsShielded(char c) => c is >= Base and <= (char)(Base + 0x7F);

    private static void Encode(Span<char> to, string from)
    {
        for (int i = 0; i < to.Length; i++)
            to[i] = from[i] < 0x80 ? (char)(from[i] + Base) : from[i];
    }

    [GeneratedRegex(@"\$?\$\{[A-Za-z_][A-Za-z0-9_]*(?::-[\x20-\x7C~]*)?\}", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
