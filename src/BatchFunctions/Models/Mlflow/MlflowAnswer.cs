namespace BatchFunctions.Models.Mlflow;

/// <summary>What MLflow's REST API answers, as far as it is read here; what an answer does not have is null.</summary>
/// <param name="ModelVersion">The version that was asked for.</param>
/// <param name="ArtifactUri">Where its files are.</param>
/// <param name="ErrorCode">What is wrong, in a word.</param>
/// <param name="Message">What is wrong, for people.</param>
internal sealed record MlflowAnswer(MlflowModelVersion? ModelVersion = null, string? ArtifactUri = null, string? ErrorCode = null, string? Message = null);
