using BatchFunctions.Data;
using BatchFunctions.Pipelines;
using BatchFunctions.Pipelines.Loading;
using static BatchFunctions.Tests.Pipelines.PipelineTexts;

namespace BatchFunctions.Tests.Pipelines;

public sealed class PipelineLoaderTests
{
    [Fact]
    public void The_designs_full_example_loads_with_every_value()
    {
        PipelineDefinition p = Read(Full, ("ALERT_WEBHOOK", "https://hooks.example.org/s3cret")).Definition;

        Assert.Equal("churn", p.Name);
        Assert.Equal(3, p.Version);
        Assert.Equal("customers/dt=2026-02-08/*.parquet", p.Source.Path);
        Assert.Equal("customer_id", p.Source.Id);
        Assert.Equal("customer_id between 'CUST_004000' and 'CUST_005000'", p.Source.Filter);
        Assert.Equal(["customer_id"], p.Source.LatestBy!.Key);
        Assert.Equal("event_time", p.Source.LatestBy.Order);
        Assert.Equal("churn@1.2.0", p.Model);
        Assert.Equal(BadRecordAction.Reject, p.Validation.OnBadRecord);
        Assert.Equal(new ColumnRule { Type = DataType.Int64, Min = 0, Max = 130 }, p.Validation.Columns["age"]);
        Assert.Equal(["north", "south", "east", "west"], p.Validation.Columns["region"].Allowed);
        Assert.Equal(new ColumnRule { Type = DataType.Float64, Missing = MissingAction.Impute }, p.Validation.Columns["income"]);
        Assert.Equal(new PlattDefinition { A = -1.1, B = 0.03 }, p.Decisions.Calibration!.Platt);
        Assert.Equal(0.7, p.Decisions.Threshold);
        Assert.Equal(["low", "medium", "high"], p.Decisions.Bands!.Keys);
        Assert.Equal([0.3, 0.7, 1.0], p.Decisions.Bands.Values);
        Assert.Equal(["age", "region"], p.Output.Include);
        Assert.Equal(new TableDefinition { Name = "ml_metrics.churn_daily" }, p.Output.Table);
        Assert.Equal(new ShardsDefinition { TargetRows = 1_000_000, MaxParallel = 8 }, p.Shards);
        Assert.Equal(new RetryDefinition(), p.Retry);
        Assert.Equal(new PolicyDefinition { MaxFailedRecords = 100, MinSuccessRate = 0.95, Deadline = TimeSpan.FromHours(2) }, p.Policy);
        Assert.Equal(new DriftLimits { Psi = 0.2 }, p.Monitoring!.Drift);
        Assert.Equal(new VolumeDefinition { MinRatio = 0.5, MaxRatio = 2 }, p.Monitoring.Volume);
        Assert.Equal("0 0 2 * * *", p.Trigger!.Schedule);
        Assert.Equal(new ArrivalDefinition(), p.Trigger.Arrival);
        Assert.Equal(new NotifyDefinition { EventGrid = true, Webhook = "https://hooks.example.org/s3cret" }, p.Notify);
        Assert.Equal(new ScoringDefinition(), p.Scoring);
    }

    [Fact]
    public void Every_key_is_read_into_its_own_property()
    {
        PipelineDefinition p = Read(EveryKey).Definition;

        Assert.Equal(FileFormat.Csv, p.Source.Format);
        Assert.Equal((";", true, false), (p.Source.Csv.Separator, p.Source.Csv.Header, p.Source.Csv.QuotedNewlines));
        Assert.Equal(["NA", "unknown"], p.Source.Csv.NullValues!);
        Assert.Equal(BadRecordAction.Fail, p.Validation.OnBadRecord);
        Assert.Equal(10, p.Validation.Columns["region"].MaxLength);
        Assert.Equal(("region", UnseenSegmentAction.Reject), (p.Decisions.Thresholds!.By, p.Decisions.Thresholds.Unseen));
        Assert.Equal([new RuleDefinition { When = "score >= 0.7", Action = "call" }], p.Decisions.Rules!);
        Assert.Equal((FileFormat.Parquet, true, ParquetCompression.Zstd), (p.Output.Format, p.Output.SingleFile, p.Output.Compression));
        Assert.Equal((TableMode.Overwrite, "published"), (p.Output.Table!.Mode, p.Output.Table.Path));
        Assert.Equal(new RetryDefinition { Attempts = 5, FirstDelay = TimeSpan.FromMilliseconds(500), Backoff = 1.5, MaxDelay = TimeSpan.FromMinutes(90) }, p.Retry);
        Assert.Equal((0L, TimeSpan.FromDays(1), BreachAction.Fail), (p.Policy.MaxFailedRecords, p.Policy.Deadline, p.Policy.OnBreach));
        Assert.Equal(new ChallengerDefinition { Model = "churn@2.0.0", Columns = true }, p.Challenger);
        Assert.Equal(new DriftLimits { Psi = 0.2, Ks = 0.3, Js = 0.05, MissingRate = 0.1, UnseenRate = 0 }, p.Monitoring!.Drift);
        Assert.Equal(new DriftLimits { Psi = 0.1 }, p.Monitoring.Score);
        Assert.Equal(new Dictionary<string, DriftLimits> { ["age"] = new() { Psi = 0.15 }, ["region"] = new() }, p.Monitoring.Features);
        Assert.Equal(new VolumeDefinition { MinRatio = 0.5, MaxRatio = 2, History = 30 }, p.Monitoring.Volume);
        Assert.Equal(10 << 20, p.Trigger!.Arrival!.MinBytes);
        Assert.Equal(new ScoringDefinition { BatchSize = 4096, Device = ScoringDevice.Cpu, FallbackToCpu = true, Tier = ScoringTier.Container }, p.Scoring);
    }

    [Fact]
    public void The_example_with_every_key_has_every_key()
    {
        string[] lines = [.. EveryKey.Split('\n'), .. OtherCalibration.Split('\n')];
        Assert.All(PipelineKeys.All(), k => Assert.Contains(lines, l => l.Trim().StartsWith(k.Key.Name + ":", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_minimal_pipeline_has_the_defaults()
    {
        PipelineDefinition p = PipelineLoader.Load(Minimal, "p.yaml", _ => null);

        Assert.Equal(1, p.Version);
        Assert.Equal(",", p.Source.Csv.Separator);
        Assert.Equal(new RetryDefinition(), p.Retry);
        Assert.Null(p.Trigger);
        Assert.Null(p.Scoring.BatchSize);
    }

    [Theory]
    [InlineData("validation:\n")]
    [InlineData("validation: ~\n")]
    [InlineData("decisions:\n  threshold: null\n")]
    public void A_blank_value_of_an_optional_key_leaves_the_default(string more) =>
        Assert.Equal(Read(Minimal).Sha256, Read(Minimal + more).Sha256);

    [Fact]
    public void Json_is_read_as_the_yaml_that_it_is() =>
        Assert.Equal(Read(Minimal).Sha256, Read("""{"name": "churn", "source": {"path": "customers.csv"}, "model": "churn@1.2.0"}""").Sha256);

    [Fact]
    public void A_byte_order_mark_and_carriage_returns_change_nothing() =>
        Assert.Equal(Read(Minimal).Sha256, Read("\uFEFF" + Minimal.Replace("\n", "\r\n", StringComparison.Ordinal)).Sha256);

    [Fact]
    public void Tab_and_a_tab_character_are_the_same_separator()
    {
        PipelineDefinition word = Read(Minimal.Replace("path: customers.csv", "path: a.csv\n  csv: { separator: tab }", StringComparison.Ordinal)).Definition;
        PipelineDefinition character = Read(Minimal.Replace("path: customers.csv", "path: a.csv\n  csv: { separator: \"\\t\" }", StringComparison.Ordinal)).Definition;

        Assert.Equal("\t", word.Source.Csv.Separator);
        Assert.Equal("\t", character.Source.Csv.Separator);
    }

    [Fact]
    public void An_alias_stands_for_the_value_it_names()
    {
        PipelineDefinition p = Read(Minimal + "validation:\n  columns:\n    a: &r { min: 0 }\n    b: *r\n").Definition;

        Assert.Equal(0, p.Validation.Columns["b"].Min);
    }

    [Fact]
    public void Triggers_are_no_obstacle_to_a_run_by_hand() =>
        Assert.NotNull(PipelineLoader.Load(Minimal + "trigger: { schedule: '0 0 2 * * *', arrival: {} }\nnotify: { event_grid: false }\nscoring: { tier: in_process, device: cpu }\n", "p.yaml", _ => null).Trigger);
}
