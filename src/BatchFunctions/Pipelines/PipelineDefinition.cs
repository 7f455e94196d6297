using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>A named, versioned definition of a job: what a pipeline file says, with defaults filled in.</summary>
public sealed record PipelineDefinition
{
    /// <summary>The pipeline's name: lower-case letters, digits, '-' and '_', at most 64; part of every run folder's path.</summary>
    [Key(Form = KeyForm.Name, Example = "churn")]
    public required string Name { get; init; }

    /// <summary>The definition's own version, from 1. Default: 1.</summary>
    [Key(Min = 1)]
    public int Version { get; init; } = 1;

    /// <summary>Where the records come from.</summary>
    public required SourceDefinition Source { get; init; }

    /// <summary>The model reference: <c>name@version</c> or <c>name@approved</c>; of an MLflow registry <c>models:/name/version</c> or <c>models:/name@alias</c>.</summary>
    [Key(Form = KeyForm.Model, Example = "churn@1.2.0")]
    public required string Model { get; init; }

    /// <summary>What a record must be like.</summary>
    public ValidationDefinition Validation { get; init; } = new();

    /// <summary>What is added to a score.</summary>
    public DecisionsDefinition Decisions { get; init; } = new();

    /// <summary>Where and how the predictions are written.</summary>
    public OutputDefinition Output { get; init; } = new();

    /// <summary>How the snapshot is split and how many shards run at once.</summary>
    public ShardsDefinition Shards { get; init; } = new();

    /// <summary>How a failed activity is tried again.</summary>
    public RetryDefinition Retry { get; init; } = new();

    /// <summary>When a job counts as failed or as succeeded with warnings.</summary>
    public PolicyDefinition Policy { get; init; } = new();

    /// <summary>What predictions are compared with. Default: the manifest's label, where the input has it.</summary>
    public EvaluationDefinition? Evaluation { get; init; }

    /// <summary>A second model that scores the same records and is compared with the first.</summary>
    public ChallengerDefinition? Challenger { get; init; }

    /// <summary>What is compared with the past.</summary>
    public MonitoringDefinition? Monitoring { get; init; }

    /// <summary>What starts a job.</summary>
    public TriggerDefinition? Trigger { get; init; }

    /// <summary>Who is told.</summary>
    public NotifyDefinition? Notify { get; init; }

    /// <summary>How long what jobs leave is kept. Default: for good.</summary>
    public RetentionDefinition? Retention { get; init; }

    /// <summary>How the model is run.</summary>
    public ScoringDefinition Scoring { get; init; } = new();
}
