namespace BatchFunctions.Monitoring;

/// <summary>What an alarm is about.</summary>
public enum AlarmKind
{
    /// <summary>More records failed than <c>policy.max_failed_records</c> allows.</summary>
    FailedRecords,

    /// <summary>Fewer records were scored than <c>policy.min_success_rate</c> asks for, or none at all.</summary>
    SuccessRate,

    /// <summary>The job took longer than <c>policy.deadline</c> allows.</summary>
    Deadline,

    /// <summary>A measure of the predictions against labels does not keep <c>policy.min_auc</c>, <c>min_accuracy</c> or <c>max_rmse</c>.</summary>
    Evaluation,

    /// <summary>The number of records is far from that of the last jobs.</summary>
    Volume,

    /// <summary>A feature or the scores are far from the baseline.</summary>
    Drift,
}
