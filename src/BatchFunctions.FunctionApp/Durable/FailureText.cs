using System.Text.RegularExpressions;
using BatchFunctions.Workflow;
using Microsoft.DurableTask;

namespace BatchFunctions.FunctionApp.Durable;

/// <summary>
/// The failure of an activity or a workflow as the one thing that every version of Durable Functions carries from process to process, its
/// message: <c>[Request] text</c>.
/// </summary>
internal static partial class FailureText
{
    // The host keeps the first line of a message only.
    private const string LineBreak = "␊";

    private const string OutOfMemory = nameof(OutOfMemoryException);

    /// <summary>Writes a failure in one line.</summary>
    public static string Write(ActivityFailure failure) => $"[{failure.Kind}] {failure.Message.ReplaceLineEndings(LineBreak)}";

    /// <summary>
    /// Reads what <see cref="Write"/> wrote from what Durable made of it. Failures of the machinery itself count as
    /// <see cref="ErrorKind.Internal"/>, or as <see cref="ErrorKind.Memory"/> where they say so.
    /// </summary>
    public static ActivityFailure Read(TaskFailureDetails details)
    {
        var texts = Texts(details).ToArray();
        return texts.Select(Find).FirstOrDefault(found => found is not null) ?? Unmarked(string.Join(" ", texts));
    }

    /// <summary>Reads what <see cref="Write"/> wrote from a text that contains it.</summary>
    public static ActivityFailure Read(string text) => Find(text) ?? Unmarked(text);

    private static IEnumerable<string> Texts(TaskFailureDetails details)
    {
        for (var at = details; at is not null; at = at.InnerFailure)
        {
            // Hosts that are told only the message take what stands before its first ": " for the exception's type.
            yield return at.ErrorType is "" or "(unknown)" ? at.ErrorMessage : $"{at.ErrorType}: {at.ErrorMessage}";
        }
    }

    private static ActivityFailure? Find(string text)
    {
        var mark = Mark().Match(text);
        return mark.Success
            ? new ActivityFailure(
                Enum.Parse<ErrorKind>(mark.Groups[1].ValueSpan),
                text[(mark.Index + mark.Length)..].Replace(LineBreak, "\n", StringComparison.Ordinal).TrimEnd())
            : null;
    }

    private static ActivityFailure Unmarked(string text) => new(
        text.Contains(OutOfMemory, StringComparison.Ordinal) ? ErrorKind.Memory : ErrorKind.Internal,
        text.Length <= ActivityFailure.MaxMessageLength ? text : text[..ActivityFailure.MaxMessageLength]);

    [GeneratedRegex(@"\[(Request|Integrity|Policy|Transient|Environment|Memory|Internal)\] ", RegexOptions.CultureInvariant)]
    private static partial Regex Mark();
}
