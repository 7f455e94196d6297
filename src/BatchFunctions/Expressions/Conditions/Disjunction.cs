namespace BatchFunctions.Expressions.Conditions;

/// <summary>Conditions joined by <c>or</c>: two or more, of which none is a disjunction.</summary>
internal sealed record Disjunction(IReadOnlyList<Condition> Conditions) : Condition
{
    /// <inheritdoc/>
    public override T Accept<T>(IConditionVisitor<T> visitor) => visitor.Visit(this);
}
