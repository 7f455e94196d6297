using BatchFunctions.Expressions;

namespace BatchFunctions.Pipelines.Loading;

/// <summary>Where the conditions of a pipeline stand in its file, so that what is wrong with one can be pointed at once the columns are known.</summary>
/// <param name="fileName">The file's name for messages.</param>
/// <param name="scalars">The conditions by key path.</param>
/// <param name="keys">Where keys stand, by their paths.</param>
internal sealed class ExpressionPlaces(string fileName, IReadOnlyDictionary<string, YamlScalar> scalars, IReadOnlyDictionary<string, Position> keys)
{
    /// <summary>The error that lists what is wrong with conditions.</summary>
    /// <param name="problems">The problems, each with the path of its key.</param>
    public BatchFunctionsException Refusal(IEnumerable<(string Path, ExpressionProblem Problem)> problems) => Problems.Refusal(
        fileName,
        [.. problems.Select(p => scalars.TryGetValue(p.Path, out YamlScalar? scalar) && scalar.PlaceOf(p.Problem.At) is var at
            ? new PipelineProblem(at.Line, at.Column, Describe(scalar, p.Path, p.Problem))
            : keys.TryGetValue(p.Path, out Position key)
                ? new PipelineProblem(key.Line, key.Column, $"{p.Path}: {p.Problem.Message}")
                : new PipelineProblem(1, 1, $"{p.Path}: {p.Problem.Message}"))]);

    /// <summary>What is wrong with a condition, for a message; nothing of what the environment holds.</summary>
    public static string Describe(YamlScalar scalar, string path, ExpressionProblem problem) => scalar switch
    {
        { FromEnvironment: true } => $"{path}: the value of {scalar.Shown} is no condition that fits, from its character {problem.At + 1} on.",
        { TextAt: null } => $"{path}, character {problem.At + 1}: {problem.Message}",
        _ => $"{path}: {problem.Message}",
    };
}
