namespace BatchFunctions.Scoring;

/// <summary>What scoring made of one row.</summary>
/// <param name="Values">The predictions by column (score, probability, prediction, band, …); empty where the row could not be scored.</param>
/// <param name="Error">Why the row could not be scored, or null where it was.</param>
public sealed record ScoredRecord(IReadOnlyDictionary<string, object?> Values, string? Error)
{
    /// <summary>The score, or null where there is none.</summary>
    public double? Score => Values.TryGetValue("score", out object? score) && score is not null
        ? Convert.ToDouble(score, System.Globalization.CultureInfo.InvariantCulture)
        : null;
}
