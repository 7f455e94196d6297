namespace BatchFunctions.Expressions.Conditions;

/// <summary>Whether a value is missing; never unknown.</summary>
/// <param name="Operand">The value; no constant.</param>
/// <param name="IsNegated">Whether it must be there.</param>
internal sealed record NullTest(Term Operand, bool IsNegated) : Condition
{
    /// <inheritdoc/>
    public override T Accept<T>(IConditionVisitor<T> visitor) => visitor.Visit(this);
}
