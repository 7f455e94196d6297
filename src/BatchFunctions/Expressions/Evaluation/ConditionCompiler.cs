using System.Numerics;
using BatchFunctions.Data;
using BatchFunctions.Expressions.Conditions;

namespace BatchFunctions.Expressions.Evaluation;

/// <summary>Makes kernels of conditions.</summary>
internal sealed class ConditionCompiler(OperandCompiler operands) : IConditionVisitor<ConditionKernel>
{
    public ConditionKernel Visit(Known condition) => new KnownKernel(condition.Holds);

    public ConditionKernel Visit(Comparison condition) => condition.Left.Type switch
    {
        DataType.Bool => new FlagComparisonKernel(operands.Flags(condition.Left), operands.Flags(condition.Right), condition.Operator == ComparisonOperator.Equal),
        DataType.String when condition.Right is ConstantTerm<string> constant => new ConstantTextComparisonKernel(operands.Texts(condition.Left), constant.Value, condition.Operator),
        DataType.String => new TextComparisonKernel(operands.Texts(condition.Left), operands.Texts(condition.Right), condition.Operator),
        DataType.Float64 => Compare<double>(condition),
        DataType.Decimal => Compare<decimal>(condition),
        _ => Compare<long>(condition),
    };

    public ConditionKernel Visit(Membership condition) => condition.Operand.Type switch
    {
        DataType.String => new TextMembershipKernel(operands.Texts(condition.Operand), [.. condition.Items.Cast<ConstantTerm<string>>().Select(i => i.Value)], condition.IsNegated),
        DataType.Float64 => Find<double>(condition),
        DataType.Decimal => Find<decimal>(condition),
        _ => Find<long>(condition),
    };

    public ConditionKernel Visit(NullTest condition) => condition.Operand.Type switch
    {
        DataType.Bool or DataType.String => new NullKernel(operands.OperandOf(condition.Operand), condition.IsNegated),
        DataType.Float64 => new NumberNullKernel<double>(operands.Numbers<double>(condition.Operand), condition.IsNegated),
        DataType.Decimal => new NumberNullKernel<decimal>(operands.Numbers<decimal>(condition.Operand), condition.IsNegated),
        _ => new NumberNullKernel<long>(operands.Numbers<long>(condition.Operand), condition.IsNegated),
    };

    public ConditionKernel Visit(Flag condition) => new FlagKernel(operands.Flags(condition.Column), condition.Expected);

    public ConditionKernel Visit(Conjunction condition) => new JunctionKernel(isAnd: true, [.. condition.Conditions.Select(c => c.Accept(this))]);

    public ConditionKernel Visit(Disjunction condition) => new JunctionKernel(isAnd: false, [.. condition.Conditions.Select(c => c.Accept(this))]);

    private MembershipKernel<T> Find<T>(Membership condition)
        where T : unmanaged, INumber<T> =>
        new(operands.Numbers<T>(condition.Operand), condition.Items.Cast<ConstantTerm<T>>().Select(i => i.Value), condition.IsNegated);

    private ConditionKernel Compare<T>(Comparison condition)
        where T : unmanaged, INumber<T> => condition.Operator switch
        {
            ComparisonOperator.Equal => Compare<T, Equal>(condition),
            ComparisonOperator.NotEqual => Compare<T, NotEqual>(condition),
            ComparisonOperator.Less => Compare<T, Less>(condition),
            ComparisonOperator.LessOrEqual => Compare<T, LessOrEqual>(condition),
            ComparisonOperator.Greater => Compare<T, Greater>(condition),
            _ => Compare<T, GreaterOrEqual>(condition),
        };

    private ConditionKernel Compare<T, TOrder>(Comparison condition)
        where T : unmanaged, INumber<T>
        where TOrder : struct, IOrder =>
        condition.Right is ConstantTerm<T> constant
            ? new ConstantComparisonKernel<T, TOrder>(operands.Numbers<T>(condition.Left), constant.Value)
            : new ComparisonKernel<T, TOrder>(operands.Numbers<T>(condition.Left), operands.Numbers<T>(condition.Right));
}
