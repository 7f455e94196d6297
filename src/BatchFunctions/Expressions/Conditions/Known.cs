namespace BatchFunctions.Expressions.Conditions;

/// <summary>The same for every record.</summary>
internal sealed record Known(bool Holds) : Condition
{
    /// <inheritdoc/>
    public override T Accept<T>(IConditionVisitor<T> visitor) => visitor.Visit(this);
}
