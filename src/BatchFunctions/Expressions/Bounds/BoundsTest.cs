using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Expressions.Conditions;

namespace BatchFunctions.Expressions.Bounds;

/// <summary>
/// Tells whether a condition may hold for any record of a run of which only the columns' bounds are known. "No" is certain; "yes" says that the
/// records must be read.
/// </summary>
/// <param name="boundsOf">What is known of a column.</param>
internal sealed class BoundsTest(Func<Field, ValueBounds> boundsOf) : IConditionVisitor<bool>
{
    private const long MicrosecondsPerDay = TimeSpan.MicrosecondsPerDay;

    /// <inheritdoc/>
    public bool Visit(Known condition) => condition.Holds;

    /// <inheritdoc/>
    public bool Visit(Conjunction condition) => condition.Conditions.All(c => c.Accept(this));

    /// <inheritdoc/>
    public bool Visit(Disjunction condition) => condition.Conditions.Any(c => c.Accept(this));

    /// <inheritdoc/>
    public bool Visit(NullTest condition)
    {
        ValueBounds bounds = Of(condition.Operand);
        return condition.IsNegated ? bounds.MayBePresent : bounds.MayBeMissing;
    }

    /// <inheritdoc/>
    public bool Visit(Flag condition)
    {
        ValueBounds bounds = Of(condition.Column);
        return bounds.MayBePresent && MayHold(ComparisonOperator.Equal, bounds, condition.Expected);
    }

    /// <inheritdoc/>
    public bool Visit(Comparison condition) => Of(condition.Left) is { MayBePresent: true } bounds
        && (ValueOf(condition.Right) is not { } value || MayHold(condition.Operator, bounds, value));

    /// <inheritdoc/>
    public bool Visit(Membership condition)
    {
        ValueBounds bounds = Of(condition.Operand);
        if (!bounds.MayBePresent)
            return false;
        return condition.IsNegated
            ? condition.Items.All(item => ValueOf(item) is not { } value || MayHold(ComparisonOperator.NotEqual, bounds, value))
            : condition.Items.Any(item => ValueOf(item) is not { } value || MayHold(ComparisonOperator.Equal, bounds, value));
    }

    private static bool MayHold(ComparisonOperator comparison, in ValueBounds bounds, object value) => comparison switch
    {
        ComparisonOperator.Equal => Order(bounds.Smallest, value) is not > 0 && Order(bounds.Largest, value) is not < 0,

        // A bound of a text may be cut off, and then is no value that a record has.
        ComparisonOperator.NotEqual => value is byte[] || Order(bounds.Smallest, value) is not 0 || Order(bounds.Largest, value) is not 0,
        ComparisonOperator.Less => Order(bounds.Smallest, value) is not >= 0,
        ComparisonOperator.LessOrEqual => Order(bounds.Smallest, value) is not > 0,
        ComparisonOperator.Greater => Order(bounds.Largest, value) is not <= 0,
        _ => Order(bounds.Largest, value) is not < 0,
    };

    private static int? Order(object? bound, object value) => (bound, value) switch
    {
        (long a, long b) => a.CompareTo(b),
        (double a, double b) => a.CompareTo(b),
        (bool a, bool b) => a.CompareTo(b),
        (byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b),
        _ => null,
    };

    private static object? ValueOf(Term term) => term switch
    {
        ConstantTerm<long> constant => constant.Value,
        ConstantTerm<double> constant => constant.Value,
        ConstantTerm<bool> constant => constant.Value,
        ConstantTerm<string> constant => Encoding.UTF8.GetBytes(constant.Value),
        _ => null,
    };

    private ValueBounds Of(Term term) => term switch
    {
        ColumnTerm column => boundsOf(column.Column),
        ConversionTerm { Type: DataType.Float64, Operand: ColumnTerm { Type: DataType.Int64 } column } => Of(column).Convert(bound => bound is long whole ? (double)whole : null),
        ConversionTerm { Type: DataType.Timestamp, Operand: ColumnTerm { Type: DataType.Date } column } =>
            Of(column).Convert(bound => bound is long days && Math.Abs(days) < long.MaxValue / MicrosecondsPerDay ? days * MicrosecondsPerDay : null),
        _ => ValueBounds.Unknown,
    };
}
