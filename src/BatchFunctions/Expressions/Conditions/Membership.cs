namespace BatchFunctions.Expressions.Conditions;

/// <summary>Whether a value is one of some constants of its type; unknown where it is missing.</summary>
/// <param name="Operand">The value; no constant.</param>
/// <param name="Items">The constants, each once; none where no value of the type can be what was written.</param>
/// <param name="IsNegated">Whether it must be none of them.</param>
internal sealed record Membership(Term Operand, IReadOnlyList<Term> Items, bool IsNegated) : Condition
{
    /// <inheritdoc/>
    public override T Accept<T>(IConditionVisitor<T> visitor) => visitor.Visit(this);
}
