namespace BatchFunctions.Pipelines;

/// <summary>What a missing value means.</summary>
public enum MissingAction
{
    /// <summary>The record is a reject.</summary>
    Reject,

    /// <summary>The model's own imputed value takes its place.</summary>
    Impute,

    /// <summary>It stays missing; for a feature, the model sees NaN (numbers) or an empty text.</summary>
    Allow,
}
