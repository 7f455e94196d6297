namespace BatchFunctions.Infra.Tests;

/// <summary>What came of compiling a file.</summary>
/// <param name="Template">The ARM template, or the parameters; empty where there were errors.</param>
/// <param name="Diagnostics">Errors, warnings and what the linter says, each with its rule.</param>
public sealed record Compilation(string Template, IReadOnlyList<string> Diagnostics);
