namespace BatchFunctions.Expressions.Conditions;

/// <summary>Does something else for each kind of condition.</summary>
/// <typeparam name="T">What it makes of a condition.</typeparam>
internal interface IConditionVisitor<out T>
{
    /// <summary>A condition that is the same for every record.</summary>
    T Visit(Known condition);

    /// <summary>A comparison.</summary>
    T Visit(Comparison condition);

    /// <summary>A value in a list, or not in it.</summary>
    T Visit(Membership condition);

    /// <summary>A value that is missing, or is not.</summary>
    T Visit(NullTest condition);

    /// <summary>A column of true and false.</summary>
    T Visit(Flag condition);

    /// <summary>Conditions that must all hold.</summary>
    T Visit(Conjunction condition);

    /// <summary>Conditions of which one must hold.</summary>
    T Visit(Disjunction condition);
}
