namespace BatchFunctions.Expressions.Conditions;

/// <summary>Whether a column of true and false has a value; unknown where it is missing.</summary>
internal sealed record Flag(ColumnTerm Column, bool Expected) : Condition
{
    /// <inheritdoc/>
    public override T Accept<T>(IConditionVisitor<T> visitor) => visitor.Visit(this);
}
