using BatchFunctions.Pipelines;

namespace BatchFunctions.Tests.Pipelines;

internal static class PipelineTexts
{
    public const string Minimal = """
        name: churn
        source:
          path: customers.csv
        model: churn@1.2.0

        """;

    /// <summary>The full example of the design, word for word.</summary>
    public const string Full = """
        name: churn
        version: 3
        source:
          path: customers/dt=2026-02-08/*.parquet      # or .csv, .jsonl; globs, date tokens ({date}), Hive partitions
          id: customer_id
          filter: customer_id between 'CUST_004000' and 'CUST_005000'
          latest_by: { key: customer_id, order: event_time }   # newest row per entity, as an offline feature store is read
        model: churn@1.2.0
        validation:
          on_bad_record: reject            # or fail
          columns:
            age: { type: int64, min: 0, max: 130 }
            region: { type: string, allowed: [north, south, east, west] }
            income: { type: float64, missing: impute }
        decisions:
          calibration: { platt: { a: -1.1, b: 0.03 } }
          threshold: 0.7
          bands: { low: 0.3, medium: 0.7, high: 1.0 }
        output:
          path: scored
          format: parquet
          include: [age, region]           # input columns carried along
          table: { name: ml_metrics.churn_daily, mode: append }   # or overwrite
        shards: { target_rows: 1000000, max_parallel: 8 }
        retry: { attempts: 3, first_delay: 10s, backoff: 2, max_delay: 1h }
        policy: { max_failed_records: 100, min_success_rate: 0.95, deadline: 2h, on_breach: warn }
        monitoring: { baseline: model, drift: { psi: 0.2 }, volume: { min_ratio: 0.5, max_ratio: 2 } }
        trigger:
          schedule: "0 0 2 * * *"          # NCRONTAB, as Functions timers read it
          arrival: { min_files: 1, min_bytes: 0, max_wait: 15m }
        notify: { event_grid: true, webhook: ${ALERT_WEBHOOK} }
        scoring: { batch_size: auto, device: auto, tier: in_process }    # or container

        """;

    /// <summary>Every key there is, one a line, in block style.</summary>
    public const string EveryKey = """
        name: churn
        version: 3
        source:
          path: customers/*.csv
          format: csv
          id: customer_id
          hash: always
          since: last_run
          csv:
            separator: ";"
            header: true
            quoted_newlines: false
            null_values: [NA, unknown]
          filter: age > 18
          latest_by:
            key: [customer_id, product]
            order: event_time
            as_of: "{date}"
          join:
            path: features/accounts
            version: 7
            format: parquet
            on: customer_id
            kind: inner
            columns: [balance]
            latest_by:
              key: customer_id
              order: day
          columns: [customer_id, age, balance]
        model: churn@1.2.0
        validation:
          on_bad_record: fail
          columns:
            age:
              type: float64
              min: 0
              max: 130
              missing: reject
            region:
              allowed: [north, south]
              max_length: 10
        decisions:
          calibration:
            platt:
              a: -1.1
              b: 0.03
          threshold: 0.7
          thresholds:
            by: region
            values:
              north: 0.6
            unseen: reject
          bands:
            low: 0.3
            high: 1.0
          rules:
            -
              when: score >= 0.7
              action: call
        output:
          path: scored
          format: parquet
          include: [age]
          single_file: true
          compression: zstd
          table:
            name: ml.churn
            path: published
            mode: overwrite
            partition_by: [run_date]
        shards:
          target_rows: 5000
          max_parallel: 4
        retry:
          attempts: 5
          first_delay: 500ms
          backoff: 1.5
          max_delay: 1h30m
        policy:
          max_failed_records: 0
          min_success_rate: 0.5
          min_auc: 0.8
          min_accuracy: 0.7
          max_rmse: 12.5
          deadline: 1d
          on_breach: fail
        evaluation:
          label: left
          positive: "Yes"
          negative: "No"
          segments: [contract, gender]
        challenger:
          model: churn@2.0.0
          columns: true
        monitoring:
          baseline: model
          drift:
            psi: 0.2
            ks: 0.3
            js: 0.05
            missing_rate: 0.1
            unseen_rate: 0
          score:
            psi: 0.1
          features:
            age:
              psi: 0.15
            region:
          volume:
            min_ratio: 0.5
            max_ratio: 2
            history: 30
        trigger:
          schedule: 0 0 2 * * *
          arrival:
            min_files: 2
            min_bytes: 10MiB
            max_wait: 15m
        notify:
          event_grid: true
          webhook: https://example.org/hook
        retention:
          runs: 90d
          keep_last: 3
          work: 7d
          archive: cold
        scoring:
          batch_size: 4096
          device: cpu
          fallback_to_cpu: true
          tier: container

        """;

    /// <summary>The keys that exclude one of <see cref="EveryKey"/>.</summary>
    public const string OtherCalibration = """
        isotonic:
        x: [0.1, 0.9]
        y: [0.2, 0.8]
        temperature: 1.5
        sql: select 1
        tables: { }
        """;

    public static PipelineDocument Read(string text, params (string Name, string Value)[] environment) =>
        PipelineLoader.Read(text, "p.yaml", Lookup(environment));

    public static string Refusal(string text, params (string Name, string Value)[] environment)
    {
        var e = Assert.Throws<BatchFunctionsException>(() => PipelineLoader.Read(text, "p.yaml", Lookup(environment)));
        Assert.Equal(ErrorKind.Request, e.Kind);
        return e.Message;
    }

    private static Func<string, string?> Lookup((string Name, string Value)[] environment) =>
        name => environment.Where(e => e.Name == name).Select(e => e.Value).FirstOrDefault();
}
