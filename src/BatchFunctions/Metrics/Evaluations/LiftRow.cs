namespace BatchFunctions.Metrics.Evaluations;

/// <summary>What the records with the highest scores find.</summary>
/// <param name="Share">The share of all records, from the highest score down, 0 to 1.</param>
/// <param name="Threshold">The lowest score among them.</param>
/// <param name="PositiveRate">The share of positive records among them.</param>
/// <param name="Gain">The share of all positive records that is among them.</param>
/// <param name="Lift">How many times more positive records are among them than among as many taken at random.</param>
public sealed record LiftRow(double Share, double Threshold, double PositiveRate, double Gain, double Lift);
