using BatchFunctions.Models;

namespace BatchFunctions.Baselines;

/// <summary>A baseline that was made.</summary>
/// <param name="Baseline">The baseline.</param>
/// <param name="LeftOut">The columns that are not in it, with the reason.</param>
public sealed record MadeBaseline(ModelBaseline Baseline, IReadOnlyDictionary<string, string> LeftOut)
{
    /// <summary>The baseline as a manifest's <c>baseline</c> key, which is also a file of its own.</summary>
    public string Text => BaselineText.Of(Baseline);
}
