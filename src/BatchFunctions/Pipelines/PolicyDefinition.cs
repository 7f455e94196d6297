using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>When a job counts as failed or as succeeded with warnings: the <c>policy</c> key.</summary>
public sealed record PolicyDefinition
{
    /// <summary>The number of rejects that breaches the policy when it is exceeded. Default: none.</summary>
    [Key(Min = 0)]
    public long? MaxFailedRecords { get; init; }

    /// <summary>The share of records scored, 0 to 1, that breaches the policy when it is not reached. Default: none.</summary>
    [Key(Min = 0, Max = 1)]
    public double? MinSuccessRate { get; init; }

    /// <summary>The area under the ROC curve, 0 to 1, that breaches the policy when it is not reached; for models of two classes. Default: none.</summary>
    [Key(Min = 0, Max = 1)]
    public double? MinAuc { get; init; }

    /// <summary>The share of right predictions, 0 to 1, that breaches the policy when it is not reached; for models of classes. Default: none.</summary>
    [Key(Min = 0, Max = 1)]
    public double? MinAccuracy { get; init; }

    /// <summary>The root mean squared error that breaches the policy when it is exceeded; for models of numbers. Default: none.</summary>
    [Key(Min = 0)]
    public double? MaxRmse { get; init; }

    /// <summary>How long a job may take. Default: no limit.</summary>
    [Key(Min = 0, AboveMin = true)]
    public TimeSpan? Deadline { get; init; }

    /// <summary>What a breach of the policy, or an alarm of <c>monitoring</c>, makes of the job. Default: succeeded with warnings.</summary>
    public BreachAction OnBreach { get; init; } = BreachAction.Warn;
}
