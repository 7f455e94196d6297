using System.Globalization;

namespace BatchFunctions.Workflow;

/// <summary>Which jobs are asked for. What is null does not count.</summary>
public sealed record JobQuery
{
    /// <summary>How many jobs a page has at most: 500.</summary>
    public const int MaxLimit = 500;

    /// <summary>The pipeline's name, or the address of its file as the request has it.</summary>
    public string? Pipeline { get; init; }

    /// <summary>Where the jobs stand.</summary>
    public JobStatus? Status { get; init; }

    /// <summary>They were started at this time or later.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>They were started before this time.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>How many are given at most, 1 to <see cref="MaxLimit"/>. Default: 50.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Where the page before ended: its <see cref="JobPage.Next"/>. Default: the first page.</summary>
    public string? After { get; init; }

    /// <summary>Checks the query.</summary>
    /// <returns>Behind which job its page begins, or null for the first page.</returns>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: <see cref="Limit"/> is out of range, or no page ended at <see cref="After"/>.</exception>
    public JobCursor? ReadCursor()
    {
        if (Limit is < 1 or > MaxLimit)
            throw new BatchFunctionsException(ErrorKind.Request, string.Create(CultureInfo.InvariantCulture, $"A page of jobs has 1 to {MaxLimit} of them, not {Limit}."));
        return After is null ? null : JobCursor.Parse(After);
    }
}
