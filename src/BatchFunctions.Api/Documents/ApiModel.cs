namespace BatchFunctions.Api.Documents;

/// <summary>A model as the API shows it.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Versions">Its versions, the oldest version number first.</param>
public sealed record ApiModel(string Name, IReadOnlyList<ApiModelVersion> Versions);
