using System.Text.Json;
using Azure.Messaging;
using BatchFunctions.Planning;
using BatchFunctions.Workflow;

namespace BatchFunctions.Notifications;

/// <summary>Makes CloudEvents of what happens to jobs.</summary>
internal static class JobCloudEvent
{
    /// <summary>What every type begins with.</summary>
    public const string TypePrefix = "BatchFunctions.Job.";

    private const int MaxMessageLength = 4_000;
    private const int MaxWarnings = 20;

    /// <summary>The id of an event: the same however often it is made and sent.</summary>
    public static string IdOf(JobEvent what) => FormattableString.Invariant($"{what.JobId}/{what.Run}/{what.Name}");

    /// <summary>Makes a job's event; the same for the same one.</summary>
    /// <param name="what">What happened.</param>
    /// <param name="pipeline">The pipeline's name, or null.</param>
    /// <param name="job">What the job was pinned to, or null where it was not.</param>
    public static CloudEvent Of(JobEvent what, string? pipeline, JobDefinition? job)
    {
        JobResult? end = what.Result;
        var data = new EventData
        {
            JobId = what.JobId,
            Pipeline = pipeline,
            Run = what.Run,
            Message = Shorten(what.Message),
            Step = what.Step,
            Shard = what.Shard,
            ErrorKind = (what.ErrorKind ?? end?.ErrorKind)?.ToString(),
            Status = end?.Status.ToString(),
            Model = job is null ? null : $"{job.Model.Name}@{job.Model.Version}",
            RunFolder = end?.RunFolder ?? job?.RunFolder,
            RecordsTotal = end?.RecordsTotal,
            RecordsScored = end?.RecordsScored,
            RecordsFailed = end?.RecordsFailed,
            Warnings = [.. (end?.Warnings ?? []).Take(MaxWarnings).Select(Shorten)],
        };
        return new CloudEvent(
            $"/batchfunctions/pipelines/{pipeline ?? "unknown"}",
            TypeOf(what.Name),
            new BinaryData(JsonSerializer.SerializeToUtf8Bytes(data, EventDataJson.Default.EventData)),
            "application/json",
            CloudEventDataFormat.Json)
        {
            Id = IdOf(what),
            Time = what.At,
            Subject = $"jobs/{what.JobId}",
        };
    }

    private static string TypeOf(string name) =>
        TypePrefix + string.Concat(name.Split('_').Select(word => string.Concat(char.ToUpperInvariant(word[0]).ToString(), word.AsSpan(1))));

    private static string Shorten(string text) => text.Length <= MaxMessageLength ? text : string.Concat(text.AsSpan(0, MaxMessageLength - 1), "…");
}
