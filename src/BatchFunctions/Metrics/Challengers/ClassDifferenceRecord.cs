namespace BatchFunctions.Metrics.Challengers;

/// <summary><see cref="ClassDifference"/> as it is written down.</summary>
/// <param name="Sum">The exact sum of the differences.</param>
/// <param name="Magnitudes">The exact sum of their sizes.</param>
/// <param name="Largest">The largest size.</param>
internal sealed record ClassDifferenceRecord(string Sum, string Magnitudes, double Largest);
