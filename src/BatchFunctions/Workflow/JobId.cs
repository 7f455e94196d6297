using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace BatchFunctions.Workflow;

/// <summary>The form of a job's id: it names folders and instances, so it holds nothing that either would mind.</summary>
public static partial class JobId
{
    /// <summary>Makes an id that sorts by time: <c>20260208-020000-7f3a9c</c>.</summary>
    /// <param name="now">The time to put in front.</param>
    public static string New(DateTimeOffset now) =>
        FormattableString.Invariant($"{now.UtcDateTime:yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}");

    /// <summary>Gives <paramref name="id"/> back where it has the right form.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: it has not.</exception>
    public static string Require(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Form().IsMatch(id)
            ? id
            : throw new BatchFunctionsException(ErrorKind.Request, $"'{id}' is no job id. Use letters, digits and '-', starting with a letter or digit, at most 100.");
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,99}$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
