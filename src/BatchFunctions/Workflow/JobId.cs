using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace BatchFunctions.Workflow;

/// <summary>The form of a job's id: it names folders and instances, so it holds nothing that either would mind.</summary>
public static partial class JobId
{
    private const int KeyDigits = 20;
    private const int MaxLength = 100;
    private const int FoldedLength = 50;

    /// <summary>Makes an id that sorts by time: <c>20260208-020000-7f3a9c</c>.</summary>
    /// <param name="now">The time to put in front.</param>
    public static string New(DateTimeOffset now) =>
        FormattableString.Invariant($"{now.UtcDateTime:yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}");

    /// <summary>The id of the job that a schedule starts, always the same for the same time: <c>churn-20260208-020000</c>.</summary>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="due">When the schedule wants it.</param>
    public static string ForDueTime(string pipeline, DateTimeOffset due) =>
        string.Create(CultureInfo.InvariantCulture, $"{Folded(pipeline)}-{due.UtcDateTime:yyyyMMdd-HHmmss}");

    /// <summary>The id of the job that a key stands for, always the same for the same key: <c>churn-5f0c…</c>.</summary>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="key">What makes it this job and no other: a caller's idempotency key, or the versions of the files that arrived.</param>
    public static string ForKey(string pipeline, string key) => $"{Folded(pipeline)}-{DigestOf(key)[..KeyDigits]}";

    /// <summary>The id of the job that scores the rejects of another one again: <c>night-1-reprocess-1</c>.</summary>
    /// <param name="jobId">The other job's id.</param>
    /// <param name="number">Which reprocess of it this is, from 1.</param>
    public static string ForReprocess(string jobId, int number)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        var ending = string.Create(CultureInfo.InvariantCulture, $"-reprocess-{number}");
        return jobId.Length + ending.Length <= MaxLength ? jobId + ending : $"{jobId[..FoldedLength]}-{DigestOf(jobId)[..KeyDigits]}{ending}";
    }

    /// <summary>Gives <paramref name="id"/> back where it has the right form.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: it has not.</exception>
    public static string Require(string id)
    {
        return IsValid(id)
            ? id
            : throw new BatchFunctionsException(ErrorKind.Request, $"'{id}' is no job id. Use letters, digits and '-', starting with a letter or digit, at most 100.");
    }

    /// <summary>Whether <paramref name="id"/> has the right form.</summary>
    public static bool IsValid(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Form().IsMatch(id);
    }

    // A pipeline's name may have '_', an id may not; the digest keeps a_b and a-b apart.
    private static string Folded(string pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        var folded = pipeline.Replace('_', '-');
        return folded == pipeline ? pipeline : $"{folded}-{DigestOf(pipeline)[..6]}";
    }

    private static string DigestOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
