namespace BatchFunctions.Api.Documents;

/// <summary>The models of the registry.</summary>
/// <param name="Models">The models, by name.</param>
public sealed record ApiModelList(IReadOnlyList<ApiModel> Models);
