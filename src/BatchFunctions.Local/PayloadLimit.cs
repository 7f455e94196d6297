using System.Globalization;
using System.Text;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local;

/// <summary>Holds what travels through the engine to references and small summaries.</summary>
internal static class PayloadLimit
{
    /// <summary>The most bytes of UTF-8 that a payload may have: 64 KiB.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Why <paramref name="payload"/> is refused, or null where it is not.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="what">What it is, as in "the output of activity Plan".</param>
    public static ActivityFailure? Check(string payload, string what)
    {
        if (payload.Length <= MaxBytes / 3)
            return null;
        var bytes = Encoding.UTF8.GetByteCount(payload);
        return bytes <= MaxBytes
            ? null
            : new ActivityFailure(ErrorKind.Internal, string.Create(
                CultureInfo.InvariantCulture,
                $"The engine refuses {what}: it has {bytes} bytes as JSON, and at most {MaxBytes} may travel through the engine. Store it and pass a reference."));
    }
}
