namespace BatchFunctions.Expressions.Conditions;

/// <summary>Two values of one type, of which the first is no constant; unknown where either is missing. Texts are compared byte by byte in UTF-8.</summary>
internal sealed record Comparison(ComparisonOperator Operator, Term Left, Term Right) : Condition
{
    /// <inheritdoc/>
    public override T Accept<T>(IConditionVisitor<T> visitor) => visitor.Visit(this);
}
