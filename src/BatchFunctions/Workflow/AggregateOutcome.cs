using System.Globalization;
using BatchFunctions.Metrics;
using BatchFunctions.Monitoring;

namespace BatchFunctions.Workflow;

/// <summary>What the shards came to, and what the policy makes of it.</summary>
/// <param name="Status"><see cref="JobStatus.Succeeded"/>, <see cref="JobStatus.SucceededWithWarnings"/> or <see cref="JobStatus.Failed"/>.</param>
/// <param name="RecordsTotal">The number of records.</param>
/// <param name="RecordsScored">The number of them with a score.</param>
/// <param name="RecordsFailed">The number of rejects.</param>
/// <param name="Warnings">Which limits were not kept, for people: the first 20.</param>
/// <param name="Alarms">The first 20 of the alarms; null where an earlier version wrote none.</param>
public sealed record AggregateOutcome(
    JobStatus Status,
    long RecordsTotal,
    long RecordsScored,
    long RecordsFailed,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<Alarm>? Alarms = null)
{
    // All of them stand in the run folder; what travels through an engine stays small.
    private const int AlarmsNamed = 20;

    internal static AggregateOutcome Of(JobStatus status, ShardMetrics metrics, IReadOnlyList<Alarm> alarms)
    {
        List<string> warnings = [.. alarms.Take(AlarmsNamed).Select(a => a.Message)];
        if (alarms.Count > AlarmsNamed)
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{alarms.Count - AlarmsNamed:N0} more alarms stand in summary_metrics.json."));
        return new(status, metrics.Records, metrics.Scored, metrics.Failed, warnings, [.. alarms.Take(AlarmsNamed)]);
    }
}
