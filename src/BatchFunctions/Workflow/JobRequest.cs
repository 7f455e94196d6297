using BatchFunctions.Reprocessing;

namespace BatchFunctions.Workflow;

/// <summary>What starts a job: references only.</summary>
public sealed record JobRequest
{
    /// <summary>The job's id: letters, digits and '-', at most 100. The same id is the same job.</summary>
    public required string JobId { get; init; }

    /// <summary>The pipeline's file: a path or an address.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Who or what asked: <c>cli</c>, <c>http</c>, <c>timer</c>, <c>arrival</c>.</summary>
    public string Trigger { get; init; } = "cli";

    /// <summary>When it was asked for; the date is what <c>{date}</c> stands for unless <see cref="Date"/> says otherwise.</summary>
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>What <c>{date}</c> stands for, or null for the day of <see cref="RequestedAt"/>.</summary>
    public DateOnly? Date { get; init; }

    /// <summary>Replaces <c>source.path</c>.</summary>
    public string? Input { get; init; }

    /// <summary>Replaces <c>model</c>.</summary>
    public string? Model { get; init; }

    /// <summary>Replaces <c>output.path</c>.</summary>
    public string? Output { get; init; }

    /// <summary>Replaces <c>shards.max_parallel</c>.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>Replaces <c>shards.target_rows</c>.</summary>
    public long? TargetRows { get; init; }

    /// <summary>The pipeline's name, where whoever asked knows it already; for lists, it changes nothing.</summary>
    public string? PipelineName { get; init; }

    /// <summary>
    /// The address of a list of files that arrived, written by the arrival trigger: the job reads these files and no others. Null for
    /// whatever <c>source.path</c> means.
    /// </summary>
    public string? Arrivals { get; init; }

    /// <summary>What it adds to, where it scores the rejects of another job again; null for a job of its own.</summary>
    public ReprocessRequest? Reprocess { get; init; }

    /// <summary>Which run of the job this is, from 1; each retry of an ended job is one more.</summary>
    public int Run { get; init; } = 1;

    /// <summary>The span in which the job was asked for, as W3C writes it: its steps belong to that trace. Null where none was recorded.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Whether <paramref name="other"/> asks for the same job. When and by whom it was asked for, and which run it is, does not count.</summary>
    public bool IsSameAs(JobRequest other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other with { RequestedAt = RequestedAt, Trigger = Trigger, PipelineName = PipelineName, Run = Run, TraceParent = TraceParent } == this;
    }
}
