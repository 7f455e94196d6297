using System.Globalization;
using BatchFunctions.Metrics;
using BatchFunctions.Monitoring;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Results.Evaluations;
using BatchFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Workflow.Activities;

/// <summary>Adds up the groups, measures drift and volume, and applies the pipeline's policy.</summary>
internal sealed class AggregateActivity(JobServices services, BatchMeter meter) : IActivity<AggregateRequest, AggregateOutcome>
{
    private const string ScoreFeature = "(scores)";

    private readonly ILogger _logger = services.Loggers.CreateLogger("BatchFunctions.Job");

    public async Task<AggregateOutcome> RunAsync(AggregateRequest input, CancellationToken cancellationToken)
    {
        WorkFolder work = services.WorkFolderOf(input.Job);
        JobDefinition job = await work.ReadJobAsync(cancellationToken);
        ShardMetrics? metrics = null;
        for (int first = 0; first < input.Shards; first += input.GroupSize)
        {
            GroupRecord group = await work.ReadGroupAsync(first, cancellationToken);
            if (metrics is null)
                metrics = group.Metrics;
            else
                metrics.Merge(group.Metrics);
        }

        // Nothing new is what most nights of an incremental job may bring, and no reason to wake anybody.
        if (job.Since is not null && metrics is not { Records: > 0 })
        {
            await work.PutFindingsAsync(new Findings(), cancellationToken);
            return AggregateOutcome.Of(JobStatus.Succeeded, metrics ?? new ShardMetrics(ScoreScale.Unit), []);
        }

        if (metrics is not { Records: > 0 })
            throw new BatchFunctionsException(ErrorKind.Request, metrics is { Excluded: > 0 and var excluded }
                ? string.Create(CultureInfo.InvariantCulture, $"No record of the input passes {SourceFilter.Key}, which leaves out all {excluded:N0}. Correct the filter, or start the job when the data is there.")
                : $"The input of job {input.Job.JobId} has no records: {job.Snapshot.Count} file(s), none with a record. Check source.path, or start the job when the data is there.");
        Findings findings = await FindAsync(job, metrics, input, cancellationToken);
        await work.PutFindingsAsync(findings, cancellationToken);
        Measure(job, metrics, findings, input.ScoredAt - input.StartedAt);
        bool fails = findings.Alarms.Count > 0 && job.Pipeline.Policy.OnBreach == BreachAction.Fail;
        JobStatus status = fails || metrics.Scored == 0
            ? JobStatus.Failed
            : findings.Alarms.Count == 0 ? JobStatus.Succeeded : JobStatus.SucceededWithWarnings;
        return AggregateOutcome.Of(status, metrics, findings.Alarms);
    }

    private void Measure(JobDefinition job, ShardMetrics metrics, Findings findings, TimeSpan spent)
    {
        var pipeline = new KeyValuePair<string, object?>(BatchMeter.PipelineTag, job.Pipeline.Name);
        meter.SuccessRate.Record((double)metrics.Scored / metrics.Records, pipeline);
        if (spent > TimeSpan.Zero)
            meter.RowsPerSecond.Record(metrics.Records / spent.TotalSeconds, pipeline);
        foreach (FeatureDrift feature in findings.Drift is { } drift ? [.. drift.Features, .. drift.Score is { } score ? (FeatureDrift[])[score] : []] : (FeatureDrift[])[])
            if (feature.Psi is { } psi)
                meter.Drift.Record(psi, pipeline, new KeyValuePair<string, object?>(BatchMeter.FeatureTag, ReferenceEquals(feature, findings.Drift!.Score) ? ScoreFeature : feature.Feature));
    }

    private async Task<Findings> FindAsync(JobDefinition job, ShardMetrics metrics, AggregateRequest input, CancellationToken cancellationToken)
    {
        List<Alarm> alarms =
        [
            .. PolicyAlarms.Of(job.Pipeline.Policy, metrics.Records, metrics.Scored, input.DeadlineMissed),
            .. EvaluationPolicy.Alarms(job.Pipeline.Policy, metrics.Evaluation),
        ];
        VolumeSummary? volume = null;
        if (job.Pipeline.Monitoring?.Volume is { } limits)
        {
            IReadOnlyList<VolumeRun> runs = await VolumeHistory.ReadAsync(
                services.PipelineFolderOf(job),
                job.Date,
                input.Job.JobId,
                input.StartedAt,
                limits.History,
                e => _logger.LogWarning("A job is left out of the volume that job {JobId} is compared with. {Message}", input.Job.JobId, e.Message),
                cancellationToken);
            volume = VolumeSummary.Compare(limits, metrics.Records, runs, alarms);
        }

        DriftSummary? drift = job.Drift is { } plan && metrics.Drift is { } counts ? DriftEvaluator.Evaluate(plan, counts, alarms) : null;
        return new Findings { Drift = drift, Volume = volume, Alarms = alarms };
    }
}
