namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Makes one kind of number of another.</summary>
internal interface IWidening<in TFrom, out TTo>
{
    /// <summary>The number as the other kind.</summary>
    static abstract TTo Widen(TFrom value);
}
