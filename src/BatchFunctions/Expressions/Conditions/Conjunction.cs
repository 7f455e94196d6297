namespace BatchFunctions.Expressions.Conditions;

/// <summary>Conditions joined by <c>and</c>: two or more, of which none is a conjunction.</summary>
internal sealed record Conjunction(IReadOnlyList<Condition> Conditions) : Condition
{
    /// <inheritdoc/>
    public override T Accept<T>(IConditionVisitor<T> visitor) => visitor.Visit(this);
}
