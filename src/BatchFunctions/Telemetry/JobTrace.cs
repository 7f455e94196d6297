using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace BatchFunctions.Telemetry;

/// <summary>
/// The trace of a job. Whatever started the job is its parent, by what the request carries; its steps find it there on whatever machine they run, and after
/// whatever restart. Where nothing was traced that started the job, the trace's id is worked out from the job's.
/// </summary>
public static class JobTrace
{
    /// <summary>The name of the source of all spans.</summary>
    public const string SourceName = "BatchFunctions";

    /// <summary>Where all spans come from.</summary>
    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>The context of the span at hand, as W3C writes it, for a request that is made in it; null where nothing is traced.</summary>
    public static string? Current => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Recorded: true } span ? span.Id : null;

    /// <summary>The parent of a job's steps.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="traceParent">What its request carries, or null.</param>
    internal static ActivityContext ParentOf(string jobId, string? traceParent)
    {
        if (ActivityContext.TryParse(traceParent, null, isRemote: true, out ActivityContext parent))
            return parent;
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(jobId));
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(digest.AsSpan(0, 16)), ActivitySpanId.CreateFromBytes(digest.AsSpan(16, 8)), ActivityTraceFlags.Recorded, isRemote: true);
    }
}
