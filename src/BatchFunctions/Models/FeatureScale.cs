namespace BatchFunctions.Models;

/// <summary>How a feature's values are scaled, in double precision, as scikit-learn's <c>StandardScaler</c> does: (value - mean) ÷ std.</summary>
/// <param name="Mean">What is taken off first.</param>
/// <param name="Std">What the rest is divided by; not 0.</param>
public sealed record FeatureScale(double Mean, double Std);
