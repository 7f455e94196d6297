using YamlDotNet.Core;

namespace BatchFunctions.Pipelines.Loading;

/// <summary>A place in a pipeline file, both numbers from 1.</summary>
internal readonly record struct Position(int Line, int Column)
{
    /// <summary>The place of a YAML mark.</summary>
    public static Position Of(Mark mark) => new((int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));
}
