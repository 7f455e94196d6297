using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace BatchFunctions.Workflow;

/// <summary>A place in the list of jobs, which is in descending order of time, then of id: behind the job named here.</summary>
/// <param name="CreatedTicks">When that job was created, in UTC ticks.</param>
/// <param name="JobId">Its id.</param>
public readonly record struct JobCursor(long CreatedTicks, string JobId)
{
    /// <summary>The place behind <paramref name="job"/>.</summary>
    public static JobCursor Behind(JobRecord job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return new JobCursor(job.CreatedAt.UtcTicks, job.JobId);
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text that a page gave for the next one.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: nobody wrote it.</exception>
    public static JobCursor Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Base64Url.IsValid(text)
            && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ') is [var ticks, { Length: > 0 } id]
            && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var created))
        {
            return new JobCursor(created, id);
        }

        throw new BatchFunctionsException(
            ErrorKind.Request, $"'{text}' is no place in the list of jobs. Give what the page before says of the next one, unchanged, or nothing for the first page.");
    }

    /// <summary>Whether <paramref name="job"/> comes later in the list.</summary>
    public bool IsBefore(JobRecord job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var ticks = job.CreatedAt.UtcTicks;
        return ticks < CreatedTicks || (ticks == CreatedTicks && string.CompareOrdinal(job.JobId, JobId) < 0);
    }

    /// <summary>The text that a page gives for the next one.</summary>
    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{CreatedTicks} {JobId}")));
}
