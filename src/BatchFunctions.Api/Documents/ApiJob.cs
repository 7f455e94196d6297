using BatchFunctions.Workflow;

namespace BatchFunctions.Api.Documents;

/// <summary>A job as the API shows it.</summary>
public sealed record ApiJob
{
    /// <summary>The job's id.</summary>
    public required string JobId { get; init; }

    /// <summary>Where it stands.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>The pipeline's name, or the address of its file where the name is not known yet.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Who or what asked for it: <c>cli</c>, <c>http</c>, <c>timer</c>, <c>arrival</c>.</summary>
    public required string Trigger { get; init; }

    /// <summary>Which run of the job this is, from 1; each retry is one more.</summary>
    public required int Run { get; init; }

    /// <summary>The id of the job whose rejects it scores again; left out for a job of its own.</summary>
    public string? ReprocessOf { get; init; }

    /// <summary>What replaces the pipeline's <c>source.path</c>.</summary>
    public string? Input { get; init; }

    /// <summary>What replaces the pipeline's <c>model</c>.</summary>
    public string? Model { get; init; }

    /// <summary>What replaces the pipeline's <c>output.path</c>.</summary>
    public string? Output { get; init; }

    /// <summary>What <c>{date}</c> stands for, where the request says so.</summary>
    public DateOnly? Date { get; init; }

    /// <summary>What replaces the pipeline's <c>shards.max_parallel</c>.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>What replaces the pipeline's <c>shards.target_rows</c>.</summary>
    public long? TargetRows { get; init; }

    /// <summary>When it was started first.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last heard of.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How far it is; left out where it has not said so yet.</summary>
    public JobProgress? Progress { get; init; }

    /// <summary>How it ended; left out where it has not.</summary>
    public ApiJobResult? Result { get; init; }

    /// <summary>Shows what an engine remembers of a job, without what only the engine's machine needs to know.</summary>
    public static ApiJob Of(JobRecord job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return new ApiJob
        {
            JobId = job.JobId,
            Status = job.Status,
            Pipeline = job.Request.PipelineName ?? job.Request.Pipeline,
            Trigger = job.Request.Trigger,
            Run = job.Request.Run,
            ReprocessOf = job.Request.Reprocess?.JobId,
            Input = job.Request.Input,
            Model = job.Request.Model,
            Output = job.Request.Output,
            Date = job.Request.Date,
            MaxParallel = job.Request.MaxParallel,
            TargetRows = job.Request.TargetRows,
            CreatedAt = job.CreatedAt,
            UpdatedAt = job.UpdatedAt,
            Progress = job.Progress,
            Result = job.Result is { } result ? ApiJobResult.Of(result) : null,
        };
    }
}
