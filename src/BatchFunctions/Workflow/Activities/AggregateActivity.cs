using System.Globalization;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Results.Evaluations;

namespace BatchFunctions.Workflow.Activities;

/// <summary>Adds up the groups and applies the pipeline's policy.</summary>
internal sealed class AggregateActivity(JobServices services) : IActivity<AggregateRequest, AggregateOutcome>
{
    public async Task<AggregateOutcome> RunAsync(AggregateRequest input, CancellationToken cancellationToken)
    {
        WorkFolder work = services.WorkFolderOf(input.Job);
        JobDefinition job = await work.ReadJobAsync(cancellationToken);
        long total = 0, scored = 0, failed = 0;
        EvaluationMetrics? evaluation = null;
        for (int first = 0; first < input.Shards; first += input.GroupSize)
        {
            GroupRecord group = await work.ReadGroupAsync(first, cancellationToken);
            total += group.Records;
            scored += group.Scored;
            failed += group.Failed;
            if (group.Metrics.Evaluation is { } part)
                (evaluation ??= part.CreateEmpty()).Merge(part);
        }

        if (total == 0)
            throw new BatchFunctionsException(ErrorKind.Request, $"The input of job {input.Job.JobId} has no records: {job.Snapshot.Count} file(s), none with a record. Check source.path, or start the job when the data is there.");
        List<string> breaches = [.. Breaches(job.Pipeline.Policy, total, scored, failed, input.DeadlineMissed), .. EvaluationPolicy.Breaches(job.Pipeline.Policy, evaluation)];
        JobStatus status = breaches.Count == 0
            ? JobStatus.Succeeded
            : job.Pipeline.Policy.OnBreach == BreachAction.Fail ? JobStatus.Failed : JobStatus.SucceededWithWarnings;
        if (scored == 0)
        {
            status = JobStatus.Failed;
            breaches.Insert(0, string.Create(CultureInfo.InvariantCulture, $"None of the {total:N0} records could be scored."));
        }

        return new AggregateOutcome(status, total, scored, failed, breaches);
    }

    private static IEnumerable<string> Breaches(PolicyDefinition policy, long total, long scored, long failed, bool deadlineMissed)
    {
        if (policy.MaxFailedRecords is { } most && failed > most)
            yield return string.Create(CultureInfo.InvariantCulture, $"{failed:N0} records failed; policy.max_failed_records allows {most:N0}.");
        double rate = (double)scored / total;
        if (policy.MinSuccessRate is { } least && rate < least)
            yield return string.Create(CultureInfo.InvariantCulture, $"{rate:P3} of the records were scored; policy.min_success_rate asks for {least:P3}.");
        if (deadlineMissed)
            yield return $"The job took longer than policy.deadline allows ({policy.Deadline:g}).";
    }
}
