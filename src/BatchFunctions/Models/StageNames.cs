namespace BatchFunctions.Models;

/// <summary>The stages as the design and people spell them.</summary>
public static class StageNames
{
    /// <summary><c>registered</c>, <c>approved</c>, <c>rejected</c>, <c>retired</c>.</summary>
    public static string Of(ModelStage stage) => stage.ToString().ToLowerInvariant();
}
