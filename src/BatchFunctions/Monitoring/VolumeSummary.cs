using System.Globalization;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Monitoring;

/// <summary>The number of records against the last jobs: <c>volume</c> in <c>summary_metrics.json</c>.</summary>
/// <param name="Records">The job's records.</param>
/// <param name="Median">The median of the last jobs' records; null where there is no job to compare with.</param>
/// <param name="Ratio">Records ÷ median; null where there is no median above 0.</param>
/// <param name="Runs">The jobs that were compared with, the latest first.</param>
public sealed record VolumeSummary(long Records, double? Median, double? Ratio, IReadOnlyList<VolumeRun> Runs)
{
    /// <summary>Compares a job with earlier ones.</summary>
    /// <param name="limits">The pipeline's limits.</param>
    /// <param name="records">The job's records.</param>
    /// <param name="runs">The earlier jobs, the latest first.</param>
    /// <param name="alarms">Where an alarm goes.</param>
    internal static VolumeSummary Compare(VolumeDefinition limits, long records, IReadOnlyList<VolumeRun> runs, List<Alarm> alarms)
    {
        if (runs.Count == 0)
            return new VolumeSummary(records, null, null, runs);
        double median = MedianOf([.. runs.Select(r => r.Records).Order()]);
        double? ratio = median > 0 ? records / median : null;
        double? limit = ratio < limits.MinRatio ? limits.MinRatio : ratio > limits.MaxRatio ? limits.MaxRatio : null;
        if (limit is { } broken)
            alarms.Add(new Alarm(AlarmKind.Volume, null, ratio < broken ? "min_ratio" : "max_ratio", ratio, limit, string.Create(
                CultureInfo.InvariantCulture,
                $"{records:N0} records are {ratio:0.###} times the median of the last {(runs.Count == 1 ? "job" : $"{runs.Count} jobs")} ({median:N0}); {(ratio < broken ? "at least" : "at most")} {broken} times is allowed.")));
        return new VolumeSummary(records, median, ratio, runs);
    }

    private static double MedianOf(long[] ascending) =>
        (ascending[(ascending.Length - 1) / 2] + (double)ascending[ascending.Length / 2]) / 2;
}
