using System.Text;
using System.Text.Json;
using BatchFunctions.Metrics;
using BatchFunctions.Planning;
using BatchFunctions.Results.Reports;
using BatchFunctions.Workflow;

namespace BatchFunctions.Tests.Results.Reports;

public sealed class SummaryMetricsTests
{
    [Fact]
    public void The_file_has_the_keys_that_people_load()
    {
        using JsonDocument json = JsonDocument.Parse(Reports.Report().Summary.ToJson());
        JsonElement root = json.RootElement;

        Assert.Equal(
            ["job_id", "pipeline", "status", "started_at", "records_total", "records_excluded", "records_scored", "records_failed", "success_rate", "execution_time_sec", "rows_per_second", "scoring_time_sec", "score", "score_distribution", "classes", "bands", "evaluation", "challenger", "actions", "rejects", "reprocesses", "warnings", "alarms", "volume", "drift", "error"],
            root.EnumerateObject().Select(p => p.Name));
        Assert.Equal("SucceededWithWarnings", root.GetProperty("status").GetString());
        Assert.Equal((10_000, 9_963, 37), (root.GetProperty("records_total").GetInt64(), root.GetProperty("records_scored").GetInt64(), root.GetProperty("records_failed").GetInt64()));
        Assert.Equal(0.9963, root.GetProperty("success_rate").GetDouble());
        Assert.Equal(2.5, root.GetProperty("execution_time_sec").GetDouble());
        Assert.Equal(4000, root.GetProperty("rows_per_second").GetDouble());
        Assert.Equal(["count", "mean", "std", "min", "max"], root.GetProperty("score").EnumerateObject().Select(p => p.Name));
        Assert.Equal(5, root.GetProperty("score_distribution").GetArrayLength());
        Assert.Equal(["low", "medium", "high"], root.GetProperty("bands").EnumerateObject().Select(p => p.Name));
        Assert.Equal(16, root.GetProperty("rejects").GetProperty("by_code").GetProperty("missing").GetInt64());
        Assert.Equal("income", root.GetProperty("rejects").GetProperty("by_column")[0].GetProperty("column").GetString());
    }

    [Fact]
    public void Distribution_classes_and_bands_add_up_to_the_records_scored()
    {
        SummaryMetrics summary = Reports.Report().Summary;

        Assert.Equal(9_963, summary.ScoreDistribution.Sum(b => b.Count));
        Assert.Equal(1, summary.ScoreDistribution.Sum(b => b.Share), 1e-12);
        Assert.Equal(9_963, summary.Classes.Values.Sum());
        Assert.Equal(9_963, summary.Bands.Values.Sum());
        Assert.Equal(37, summary.Rejects.ByCode.Values.Sum());
        Assert.Equal(37, summary.Rejects.ByColumn.Sum(r => r.Records));
    }

    [Fact]
    public void Both_files_are_read_as_they_were_written()
    {
        RunReport report = Reports.Report();

        Assert.Equal(report.Summary.ToJson(), SummaryMetrics.FromJson(report.Summary.ToJson()).ToJson());
        Assert.Equal(report.Metadata.ToJson(), RunMetadata.FromJson(report.Metadata.ToJson()).ToJson());
    }

    [Fact]
    public void The_metadata_names_model_snapshot_pipeline_and_software()
    {
        using JsonDocument definition = JsonDocument.Parse("""{"name":"churn"}""");
        RunMetadata metadata = Reports.Report().Metadata with { PipelineDefinition = definition.RootElement };
        string text = Encoding.UTF8.GetString(metadata.ToJson());
        using JsonDocument json = JsonDocument.Parse(text);
        JsonElement root = json.RootElement;

        foreach (string key in new[] { "records_total", "records_excluded", "records_scored", "records_failed", "success_rate", "model_name", "model_version", "model_sha256", "data_snapshot", "execution_time_sec", "pipeline_sha256", "batch_size", "device", "software" })
            Assert.True(root.TryGetProperty(key, out _), key);
        Assert.Equal("churn", root.GetProperty("pipeline_definition").GetProperty("name").GetString());
        Assert.Equal("\"e1\"", root.GetProperty("data_snapshot").GetProperty("listing")[0].GetProperty("etag").GetString());
        Assert.DoesNotContain('\r', text);
        Assert.StartsWith("{\n  \"job_id\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1]")]
    public void A_damaged_file_is_an_integrity_error(string json)
    {
        Assert.Equal(ErrorKind.Integrity, Assert.Throws<BatchFunctionsException>(() => SummaryMetrics.FromJson(Encoding.UTF8.GetBytes(json))).Kind);
        Assert.Equal(ErrorKind.Integrity, Assert.Throws<BatchFunctionsException>(() => RunMetadata.FromJson(Encoding.UTF8.GetBytes(json))).Kind);
    }

    [Fact]
    public void A_job_without_a_score_has_none()
    {
        SummaryMetrics summary = SummaryMetrics.Create("j", "p", JobStatus.Failed, new ShardMetrics(ScoreScale.Any), TimeSpan.Zero, error: "No.");

        Assert.Null(summary.Score);
        Assert.Empty(summary.ScoreDistribution);
        Assert.Equal((1.0, 0.0), (summary.SuccessRate, summary.RowsPerSecond));
        Assert.Equal(summary.ToJson(), SummaryMetrics.FromJson(summary.ToJson()).ToJson());
    }

    [Fact]
    public void Classes_that_are_numbers_are_in_order_of_size()
    {
        var metrics = new ShardMetrics(ScoreScale.Unit);
        foreach (string name in new[] { "10", "2", "1", "other" })
            metrics.Classes.Add(name, 1);

        Assert.Equal(["1", "2", "10", "other"], SummaryMetrics.Create("j", "p", JobStatus.Succeeded, metrics, TimeSpan.Zero).Classes.Keys);
    }

    [Fact]
    public void A_snapshots_digest_changes_with_any_file()
    {
        SnapshotFile file = new("a", 1, "x", new Dictionary<string, string>());
        string digest = DataSnapshot.Of("*", [file]).Sha256;

        Assert.Equal(digest, DataSnapshot.Of("elsewhere/*", [file]).Sha256);
        Assert.NotEqual(digest, DataSnapshot.Of("*", [file with { ETag = "y" }]).Sha256);
        Assert.NotEqual(digest, DataSnapshot.Of("*", [file with { Length = 2 }]).Sha256);
        Assert.NotEqual(digest, DataSnapshot.Of("*", [file with { Key = "b" }]).Sha256);
        Assert.NotEqual(digest, DataSnapshot.Of("*", [file, file]).Sha256);
    }

    [Fact]
    public void The_versions_of_this_process_are_known()
    {
        SoftwareVersions software = SoftwareVersions.OfThisProcess();

        Assert.All([software.BatchFunctions, software.Dotnet, software.OnnxRuntime, software.ZstdSharp], v => Assert.Matches(@"^\d+\.\d+", v));
        Assert.NotEmpty(software.Os);
    }
}
