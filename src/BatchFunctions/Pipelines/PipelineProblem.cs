namespace BatchFunctions.Pipelines;

/// <summary>Something wrong with a pipeline file, and where.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Message">What is wrong and what to write instead. Values that came from the environment are never part of it.</param>
public sealed record PipelineProblem(int Line, int Column, string Message);
