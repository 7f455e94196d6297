using BatchFunctions.Metrics;
using BatchFunctions.Planning;
using BatchFunctions.Results.Reports;
using BatchFunctions.Workflow;

namespace BatchFunctions.Tests.Results.Reports;

internal static class Reports
{
    public static ShardMetrics Metrics()
    {
        var metrics = new ShardMetrics(ScoreScale.Unit);
        float[] scores = [.. Enumerable.Range(0, 9_963).Select(i => (float)Math.Pow(i / 9_963.0, 2))];
        metrics.AddRecords(10_000);
        metrics.Scores.Add(scores);
        metrics.Classes.Add(scores.Select(s => s >= 0.7f ? 1 : 0).ToArray(), ["0", "1"]);
        metrics.Bands.Add(scores.Select(s => s < 0.3f ? 0 : s < 0.7f ? 1 : 2).ToArray(), ["low", "medium", "high"]);
        metrics.Rejects.Add("wrong_type", "income", 20);
        metrics.Rejects.Add("missing", "age", 12);
        metrics.Rejects.Add("missing", "region", 4);
        metrics.Rejects.Add("ragged", null, 1);
        metrics.AddTime(TimeSpan.FromSeconds(3));
        return metrics;
    }

    public static RunReport Report(
        ShardMetrics? metrics = null,
        JobStatus status = JobStatus.SucceededWithWarnings,
        string pipeline = "churn",
        string? error = null,
        IReadOnlyList<string>? warnings = null,
        int shards = 12)
    {
        metrics ??= Metrics();
        DateTimeOffset started = new(2026, 2, 8, 2, 0, 0, TimeSpan.Zero);
        SummaryMetrics summary = SummaryMetrics.Create(
            "churn-20260208-020000", pipeline, status, metrics, TimeSpan.FromSeconds(2.5), ["low", "medium", "high"],
            warnings ?? ["37 records failed, more than the 10 that policy.max_failed_records allows."], error);
        return new RunReport
        {
            Summary = summary,
            RunFolder = "/data/scored/churn/2026-02-08/churn-20260208-020000",
            Histogram = RunReport.HistogramOf(metrics),
            Throughput = [.. Enumerable.Range(0, shards).Select(i => new ShardThroughput(i, 833, 0.2 + (i % 3 * 0.05)))],
            Metadata = new RunMetadata
            {
                JobId = summary.JobId,
                Status = status,
                Pipeline = pipeline,
                PipelineVersion = 3,
                PipelineSha256 = new string('a', 64),
                ModelRequested = "churn@approved",
                ModelName = "churn",
                ModelVersion = "1.2.0",
                ModelSha256 = new string('b', 64),
                ManifestSha256 = new string('c', 64),
                DataSnapshot = DataSnapshot.Of("customers/*.parquet", [new SnapshotFile("customers/a.parquet", 1_234_567, "\"e1\"", new Dictionary<string, string>())]),
                Trigger = "cli",
                RequestedAt = started,
                StartedAt = started,
                EndedAt = started.AddSeconds(2.5),
                ExecutionTimeSec = summary.ExecutionTimeSec,
                RecordsTotal = summary.RecordsTotal,
                RecordsScored = summary.RecordsScored,
                RecordsFailed = summary.RecordsFailed,
                SuccessRate = summary.SuccessRate,
                Shards = shards,
                Parts = shards,
                RejectParts = 1,
                Retries = 1,
                BatchSize = 4096,
                BatchSizes = new Dictionary<string, int> { ["4096"] = shards - 1, ["2048"] = 1 },
                Device = "cpu",
                MaxParallel = 8,
                Software = new SoftwareVersions("0.1.0", "10.0.0", "1.31.1", "0.8.6", "Linux", "x64", 8),
            },
        };
    }
}
