namespace BatchFunctions.Models.Examples;

/// <summary>What came of one of a manifest's examples.</summary>
/// <param name="Number">Its number in the manifest, from 1.</param>
/// <param name="Expected">The score that training gave it.</param>
/// <param name="Actual">The score that the model gave it, or null where it gave none.</param>
/// <param name="Problem">Why there is no score, or null.</param>
/// <param name="Agrees">Whether both scores are the same within the tolerance.</param>
public sealed record ExampleOutcome(int Number, double Expected, double? Actual, string? Problem, bool Agrees)
{
    /// <summary>The difference that it makes, or null where there is no score.</summary>
    public double? Difference => Actual - Expected;
}
