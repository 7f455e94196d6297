namespace BatchFunctions.Metrics.Evaluations;

/// <summary>What predictions are compared with.</summary>
public enum EvaluationTask
{
    /// <summary>One of two classes.</summary>
    Binary,

    /// <summary>One of several classes.</summary>
    Multiclass,

    /// <summary>A number.</summary>
    Regression,
}
