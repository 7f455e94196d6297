namespace BatchFunctions.Models.Mlflow;

/// <summary>What MLflow says of a version of a model.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Version">The version's number.</param>
/// <param name="Status"><c>READY</c>, or why it is not there to be used.</param>
/// <param name="RunId">The training run that made it.</param>
internal sealed record MlflowModelVersion(string Name, string Version, string? Status = null, string? RunId = null);
