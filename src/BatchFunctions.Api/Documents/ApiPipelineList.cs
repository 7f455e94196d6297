namespace BatchFunctions.Api.Documents;

/// <summary>The pipelines that this host knows.</summary>
/// <param name="Pipelines">Every pipeline file, in the order of their addresses.</param>
public sealed record ApiPipelineList(IReadOnlyList<ApiPipeline> Pipelines);
