using System.Globalization;
using System.Text;
using System.Text.Json;
using BatchFunctions.Metrics;
using BatchFunctions.Models;
using BatchFunctions.Models.Devices;
using BatchFunctions.Monitoring;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Results.Challengers;
using BatchFunctions.Results.Evaluations;
using BatchFunctions.Results.Reports;
using BatchFunctions.Tables;
using BatchFunctions.Workflow;

namespace BatchFunctions.Results;

/// <summary>Writes what describes a run: <c>summary_metrics.json</c>, <c>metadata.json</c>, <c>evaluation.json</c> where there are labels, and the reports.</summary>
internal static class RunDocuments
{
    /// <summary>Writes all of them; what an earlier run wrote is replaced.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="job">What the job was pinned to.</param>
    /// <param name="groups">The committed shards, or none where the job did not get so far.</param>
    /// <param name="hashes">What the snapshot's files hold, or null where that was not looked at.</param>
    /// <param name="findings">Drift, volume and alarms, or null where the job did not get so far.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="maxParallel">How many shards could run at once.</param>
    /// <param name="table">The table's version that has the output, or null where the job has no table.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <param name="added">What was added to the output since then, or null.</param>
    /// <returns>The job in numbers.</returns>
    public static async Task<SummaryMetrics> WriteAsync(
        RunFolder run,
        JobDefinition job,
        IReadOnlyList<GroupRecord> groups,
        SnapshotHashes? hashes,
        Findings? findings,
        EndRequest end,
        int maxParallel,
        PublishedVersion? table,
        CancellationToken cancellationToken,
        AddedOutput? added = null)
    {
        ShardMetrics metrics = Merge(added is null ? groups : [.. groups, .. added.Groups]);
        if (added is not null)
            metrics.Settle(added.Manifest.RecordsScored + added.Manifest.RecordsFailed, added.Rejects);
        GroupShard[] shards = [.. groups.SelectMany(g => g.Shards)];
        EvaluationReport? evaluation = (job.Evaluation, metrics.Evaluation) is ({ } plan, { } compared)
            ? EvaluationReport.Create(end.Job.JobId, job.Pipeline.Name, $"{job.Model.Name}@{job.Model.Version}", plan, job.Pipeline.Decisions.Threshold, compared)
            : null;
        SummaryMetrics summary = SummaryMetrics.Create(
            end.Job.JobId,
            job.Pipeline.Name,
            end.Status,
            metrics,
            end.EndedAt - end.StartedAt,
            job.Pipeline.Decisions.Bands?.OrderBy(b => b.Value).Select(b => b.Key),
            end.Outcome?.Warnings,
            end.Error,
            evaluation?.Summarize()) with
        {
            StartedAt = end.StartedAt,
            Alarms = findings?.Alarms ?? [],
            Drift = findings?.Drift,
            Volume = findings?.Volume,
            Challenger = ChallengerOf(job, metrics),
        };
        RunMetadata metadata = MetadataOf(job, summary, shards, hashes, end, maxParallel, table);
        if (added is not null)
        {
            summary = summary with { Reprocesses = added.Reprocesses };
            metadata = metadata with { Parts = added.Manifest.Predictions.Count, RejectParts = added.Manifest.Rejects.Count, Reprocesses = added.Reprocesses };
        }

        var report = new RunReport
        {
            Summary = summary,
            Metadata = metadata,
            RunFolder = run.Location.ToString(),
            Histogram = RunReport.HistogramOf(metrics),
            Evaluation = evaluation,
            Throughput = [.. shards.Select(s => new ShardThroughput(s.Shard, s.Records, s.Seconds))],
        };

        await run.PutAsync(RunFolder.SummaryFile, summary.ToJson(), cancellationToken);
        await run.PutAsync(RunFolder.MetadataFile, metadata.ToJson(), cancellationToken);
        if (evaluation is not null)
            await run.PutAsync(RunFolder.EvaluationFile, evaluation.ToJson(), cancellationToken);
        await run.PutAsync(RunFolder.TextReportFile, Render(report, TextReport.Write), cancellationToken);
        await run.PutAsync(RunFolder.HtmlReportFile, Render(report, HtmlReport.Write), cancellationToken);
        return summary;
    }

    private static ChallengerSummary? ChallengerOf(JobDefinition job, ShardMetrics metrics)
    {
        if ((job.Challenger, metrics.Challenger) is not ({ } plan, { } challenger))
            return null;
        EvaluationSummary? evaluation = (plan.EvaluationOf(job.Evaluation), challenger.Own.Evaluation) is ({ } labels, { } compared)
            ? EvaluationReport.Create(job.Request.JobId, job.Pipeline.Name, $"{plan.Model.Name}@{plan.Model.Version}", labels, plan.Decisions.Threshold, compared).Summarize()
            : null;
        return ChallengerSummary.Of(plan, challenger, evaluation);
    }

    private static ShardMetrics Merge(IReadOnlyList<GroupRecord> groups)
    {
        var metrics = new ShardMetrics(groups.Count == 0 ? ScoreScale.Unit : groups[0].Metrics.Scores.Scale);
        foreach (GroupRecord group in groups)
            metrics.Merge(group.Metrics);
        return metrics;
    }

    private static RunMetadata MetadataOf(JobDefinition job, SummaryMetrics summary, GroupShard[] shards, SnapshotHashes? hashes, EndRequest end, int maxParallel, PublishedVersion? table) => new()
    {
        JobId = end.Job.JobId,
        Status = end.Status,
        Pipeline = job.Pipeline.Name,
        PipelineVersion = job.Pipeline.Version,
        PipelineSha256 = job.PipelineSha256,
        PipelineDefinition = JsonSerializer.Deserialize(job.PipelineJson, WorkJson.Default.JsonElement),
        ModelRequested = job.Pipeline.Model,
        ModelName = job.Model.Name,
        ModelVersion = job.Model.Version,
        ModelSha256 = job.Model.Sha256,
        ManifestSha256 = job.Model.ManifestSha256,
        ModelStage = job.ModelStage is { } stage ? StageNames.Of(stage) : null,
        ModelApproval = job.ModelApproval is { } approval ? new ModelApproval(approval.By, approval.At, approval.Reason) : null,
        ModelOrigin = job.ModelOrigin,
        Challenger = ChallengerPin.Of(job),
        DataSnapshot = DataSnapshot.Of(job.Pipeline.Source.Path, job.Snapshot, hashes?.Sha256) with { TableVersion = job.TableVersion, Since = SnapshotSince.Of(job.Since), View = job.View },
        AbsentColumns = job.AbsentColumns,
        UnusedColumns = job.UnusedColumns,
        Trigger = job.Request.Trigger,
        RequestedAt = job.Request.RequestedAt,
        StartedAt = end.StartedAt,
        EndedAt = end.EndedAt,
        ExecutionTimeSec = summary.ExecutionTimeSec,
        RecordsTotal = summary.RecordsTotal,
        RecordsExcluded = summary.RecordsExcluded,
        RecordsScored = summary.RecordsScored,
        RecordsFailed = summary.RecordsFailed,
        SuccessRate = summary.SuccessRate,
        Shards = shards.Length,
        Parts = shards.Length,
        RejectParts = shards.Count(s => s.Rejects is not null),
        BatchSize = job.BatchSize,
        BatchSizeOrigin = job.BatchSizeOrigin?.ToString().ToLowerInvariant(),
        BatchSizeTimings = job.BatchSizeTimings,
        BatchSizes = shards.CountBy(s => s.BatchSize).OrderByDescending(c => c.Key).ToDictionary(c => c.Key.ToString(CultureInfo.InvariantCulture), c => c.Value),
        Device = DeviceChoice.NameOf(job.Scoring?.Device ?? ScoringDevice.Cpu),
        DeviceRequested = DeviceChoice.NameOf(job.Pipeline.Scoring.Device),
        DeviceReason = job.Scoring?.DeviceReason,
        Tier = job.Scoring?.Tier is ScoringTier.Container ? "container" : "in_process",
        TierReason = job.Scoring?.TierReason,
        MaxParallel = maxParallel,
        Reprocess = ReprocessRecord.From(job, end, summary.RecordsScored, summary.RecordsFailed),
        Software = job.Software,
        Table = table is null ? null : new RunTable(job.Pipeline.Output.Table!.Name, job.TableFolder!, table.Version, JsonNamingPolicy.SnakeCaseLower.ConvertName(job.Pipeline.Output.Table.Mode.ToString())),
    };

    private static byte[] Render(RunReport report, Action<RunReport, TextWriter> write)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        write(report, text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
