using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>Reads pipeline files. Pure: the text, its name and the environment are all that it looks at.</summary>
public static class PipelineLoader
{
    /// <summary>Reads a pipeline that is to be run.</summary>
    /// <param name="text">The file's text: one YAML document, 1 MiB at most.</param>
    /// <param name="fileName">The file's name for messages.</param>
    /// <param name="environment">Gives a variable's value for <c>${NAME}</c>, or null where it is not set.</param>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: the file is wrong; the message lists up to 20
    /// problems, each as <c>file:line:column: what is wrong and what to write instead</c>.
    /// </exception>
    public static PipelineDefinition Load(string text, string fileName, Func<string, string?> environment) =>
        Read(text, fileName, environment).Definition;

    /// <summary>Reads a pipeline with its digest.</summary>
    /// <inheritdoc cref="Load"/>
    public static PipelineDocument Read(string text, string fileName, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(fileName);
        ArgumentNullException.ThrowIfNull(environment);
        var problems = new Problems();
        YamlNode? root = YamlDocumentReader.Read(text, environment, problems);
        var binder = new PipelineBinder(problems);
        PipelineDefinition? definition = root is null ? null : binder.Bind(root);
        problems.Throw(fileName);
        return new PipelineDocument(
            definition!,
            CanonicalPipeline.Write(definition!, binder.Templates),
            new ExpressionPlaces(fileName, binder.Expressions, binder.Places));
    }
}
