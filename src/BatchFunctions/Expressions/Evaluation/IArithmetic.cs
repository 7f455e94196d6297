namespace BatchFunctions.Expressions.Evaluation;

/// <summary>A calculation of two numbers.</summary>
internal interface IArithmetic<T>
{
    /// <summary>Calculates; false where there is no result, or none that fits. Never an exception, whatever the numbers are.</summary>
    static abstract bool TryCalculate(T left, T right, out T result);
}
