namespace BatchFunctions.Models;

/// <summary>
/// How a feature's values are scaled, in double precision: (value - offset) ÷ divisor. Mean and standard deviation make it scikit-learn's
/// <c>StandardScaler</c>, the least and the largest value <c>MinMaxScaler</c>, median and interquartile range <c>RobustScaler</c>.
/// </summary>
/// <param name="Offset">What is taken off first.</param>
/// <param name="Divisor">What the rest is divided by; not 0.</param>
public sealed record FeatureScale(double Offset, double Divisor)
{
    /// <summary>Brings <paramref name="min"/> to <paramref name="to"/>'s lower bound and <paramref name="max"/> to its upper one.</summary>
    public static FeatureScale MinMax(double min, double max, (double Low, double High) to)
    {
        double divisor = (max - min) / (to.High - to.Low);
        return new(min - (to.Low * divisor), divisor);
    }
}
