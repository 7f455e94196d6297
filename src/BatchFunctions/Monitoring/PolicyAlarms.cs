using System.Globalization;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Monitoring;

/// <summary>Holds what a job came to against the pipeline's policy.</summary>
internal static class PolicyAlarms
{
    /// <summary>The alarms of the policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="total">The number of records; more than 0.</param>
    /// <param name="scored">The number of them with a score.</param>
    /// <param name="deadlineMissed">Whether the deadline passed.</param>
    public static IEnumerable<Alarm> Of(PolicyDefinition policy, long total, long scored, bool deadlineMissed)
    {
        if (scored == 0)
            yield return new(AlarmKind.SuccessRate, null, "success_rate", 0, null, string.Create(
                CultureInfo.InvariantCulture, $"None of the {total:N0} records could be scored."));
        if (policy.MaxFailedRecords is { } most && total - scored > most)
            yield return new(AlarmKind.FailedRecords, null, "max_failed_records", total - scored, most, string.Create(
                CultureInfo.InvariantCulture, $"{total - scored:N0} records failed; policy.max_failed_records allows {most:N0}."));
        double rate = (double)scored / total;
        if (policy.MinSuccessRate is { } least && rate < least)
            yield return new(AlarmKind.SuccessRate, null, "min_success_rate", rate, least, string.Create(
                CultureInfo.InvariantCulture, $"{rate:P3} of the records were scored; policy.min_success_rate asks for {least:P3}."));
        if (deadlineMissed)
            yield return new(AlarmKind.Deadline, null, "deadline", null, policy.Deadline?.TotalSeconds, $"The job took longer than policy.deadline allows ({policy.Deadline:g}).");
    }
}
