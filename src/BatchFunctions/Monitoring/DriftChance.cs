namespace BatchFunctions.Monitoring;

/// <summary>
/// What each measure of a feature exceeds once in ten thousand times by chance alone, given the numbers of records. A measure raises an alarm only
/// above both this and its limit.
/// </summary>
/// <param name="Psi">For the population stability index.</param>
/// <param name="Ks">For the Kolmogorov–Smirnov distance.</param>
/// <param name="Js">For the Jensen–Shannon divergence.</param>
/// <param name="MissingRate">For the change of the share of missing values.</param>
/// <param name="UnseenRate">For the rise of the share of values that the baseline does not know.</param>
public sealed record DriftChance(double Psi, double Ks, double Js, double MissingRate, double UnseenRate);
