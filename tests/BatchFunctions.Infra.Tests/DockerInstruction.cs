using System.Text.Json;

namespace BatchFunctions.Infra.Tests;

/// <summary>One instruction of a Dockerfile.</summary>
/// <param name="Keyword">Its name, in capitals.</param>
/// <param name="Flags">Its flags with their values.</param>
/// <param name="Arguments">Its arguments as words, or those of its JSON form.</param>
/// <param name="IsExec">Whether they are in the JSON form.</param>
/// <param name="Text">Its arguments as they stand there.</param>
public sealed record DockerInstruction(string Keyword, IReadOnlyDictionary<string, string> Flags, IReadOnlyList<string> Arguments, bool IsExec, string Text)
{
    /// <summary>The words of the JSON form that stands behind CMD, as a health check has it.</summary>
    public string[] Command => JsonSerializer.Deserialize<string[]>(Text[Text.IndexOf('[', StringComparison.Ordinal)..])!;
}
