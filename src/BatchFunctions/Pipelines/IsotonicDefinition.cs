using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>
/// Isotonic calibration: a curve through the points (x, y), straight between two of them and level beyond the outer ones, as scikit-learn's
/// <c>IsotonicRegression(out_of_bounds="clip")</c> predicts from its <c>X_thresholds_</c> and <c>y_thresholds_</c> (Zadrozny and Elkan 2002,
/// "Transforming classifier scores into accurate multiclass probability estimates").
/// </summary>
public sealed record IsotonicDefinition
{
    /// <summary>The scores of the points, ascending.</summary>
    [Key(NotEmpty = true, Item = "score", Example = "[0.1, 0.4, 0.9]")]
    public required IReadOnlyList<double> X { get; init; }

    /// <summary>The probability at each point, from 0 to 1, never falling.</summary>
    [Key(NotEmpty = true, Min = 0, Max = 1, Item = "probability", Example = "[0.02, 0.3, 0.8]")]
    public required IReadOnlyList<double> Y { get; init; }

    /// <summary>What keeps the points from being a curve, to follow the key in a sentence; null for nothing.</summary>
    internal (string Key, string Complaint)? Fault()
    {
        if (X.Count != Y.Count)
            return ("y", $"has {Y.Count} numbers and x has {X.Count}; each point needs both.");
        for (int i = 1; i < X.Count; i++)
        {
            if (!(X[i] > X[i - 1]))
                return ("x", "must ascend.");
            if (!(Y[i] >= Y[i - 1]))
                return ("y", "must not fall.");
        }

        return null;
    }
}
