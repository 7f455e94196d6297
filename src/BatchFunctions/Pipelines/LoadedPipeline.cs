using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>A pipeline as a job takes it up.</summary>
/// <param name="Definition">The definition, with the request's replacements applied.</param>
/// <param name="Json">The definition as it stands in the file, without secrets.</param>
/// <param name="Sha256">The SHA-256 of the definition as it stands in the file, in lower-case hex.</param>
/// <param name="Expressions">Where its conditions stand in the file.</param>
/// <param name="Folder">The folder that the pipeline's file lies in.</param>
/// <param name="SourceFolder">The folder that a relative <c>source.path</c> starts from.</param>
/// <param name="OutputFolder">The folder that a relative <c>output.path</c> starts from.</param>
internal sealed record LoadedPipeline(
    PipelineDefinition Definition, string Json, string Sha256, ExpressionPlaces Expressions, string Folder, string SourceFolder, string OutputFolder);
