namespace BatchFunctions.Scoring.Decisions;

/// <summary>A function from scores to probabilities.</summary>
internal interface ICurve
{
    /// <summary>Whether it takes probabilities only.</summary>
    static abstract bool NeedsProbabilities { get; }

    /// <summary>The probability for a score.</summary>
    double At(double score);
}
