namespace BatchFunctions.Api.Documents;

/// <summary>What starts a job: the body of a <c>POST /api/jobs</c>.</summary>
public sealed record ApiJobRequest
{
    /// <summary>The name of a pipeline in the folder of pipelines, or a pipeline file's path or address.</summary>
    public string? Pipeline { get; init; }

    /// <summary>The job's id. The same id is the same job. Default: from the idempotency key, else a new one.</summary>
    public string? JobId { get; init; }

    /// <summary>Replaces <c>source.path</c>.</summary>
    public string? Input { get; init; }

    /// <summary>Replaces <c>model</c>.</summary>
    public string? Model { get; init; }

    /// <summary>Replaces <c>output.path</c>.</summary>
    public string? Output { get; init; }

    /// <summary>What <c>{date}</c> stands for. Default: the day of the request, in UTC.</summary>
    public DateOnly? Date { get; init; }

    /// <summary>Replaces <c>shards.max_parallel</c>, 1 to 10,000.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>Replaces <c>shards.target_rows</c>, from 1.</summary>
    public long? TargetRows { get; init; }
}
