namespace BatchFunctions.Expressions.Conditions;

/// <summary>
/// What is asked of a record, tied to columns and types: comparisons, joined by <c>and</c> and <c>or</c>. There is no <c>not</c>, which has been
/// worked into what it stood before, and no part that is the same for every record unless that is all of it, so that what reads a
/// condition to pass over files or row groups has few cases to tell apart.
/// </summary>
internal abstract record Condition
{
    /// <summary>Calls the visitor's method for this kind of condition.</summary>
    public abstract T Accept<T>(IConditionVisitor<T> visitor);
}
