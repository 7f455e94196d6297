using System.Globalization;
using BatchFunctions.Workflow;

namespace BatchFunctions.FunctionApp.Durable;

/// <summary>Where a page of jobs ended: <c>ticks_job-id</c>. Jobs are listed newest first, equal times in descending order of their ids.</summary>
internal readonly record struct ListCursor(long Ticks, string JobId)
{
    public static ListCursor Of(JobRecord job) => new(job.CreatedAt.UtcTicks, job.JobId);

    /// <exception cref="BatchFunctionsException"><paramref name="text"/> is no cursor.</exception>
    public static ListCursor Parse(string text)
    {
        var cut = text.IndexOf('_', StringComparison.Ordinal);
        return cut > 0 && long.TryParse(text.AsSpan(0, cut), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? new ListCursor(ticks, text[(cut + 1)..])
            : throw new BatchFunctionsException(
                ErrorKind.Request, $"'{text}' does not say where a page of jobs ended. Give the 'next' of the page before, unchanged.");
    }

    /// <summary>Whether <paramref name="job"/> comes on a later page.</summary>
    public bool IsBefore(JobRecord job)
    {
        var ticks = job.CreatedAt.UtcTicks;
        return ticks < Ticks || (ticks == Ticks && string.CompareOrdinal(job.JobId, JobId) < 0);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Ticks}_{JobId}");
}
