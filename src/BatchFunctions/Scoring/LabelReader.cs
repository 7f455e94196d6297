using BatchFunctions.Data;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Planning;

namespace BatchFunctions.Scoring;

/// <summary>Reads what turned out from the column of labels.</summary>
internal abstract class LabelReader
{
    /// <summary>Makes the reader that a plan asks for.</summary>
    /// <param name="plan">How predictions are compared with labels.</param>
    /// <param name="column">The column's name and type.</param>
    public static LabelReader Create(EvaluationPlan plan, Field column) =>
        plan.Task is EvaluationTask.Regression ? new NumberLabels()
        : column.Type is DataType.String ? new TextLabels(plan.Classes)
        : new NumberClassLabels(plan.Classes);

    /// <summary>Reads the labels of some records, and counts those that say nothing.</summary>
    /// <param name="column">The labels.</param>
    /// <param name="start">The first record.</param>
    /// <param name="actual">Where they go: a class's position or a number; NaN for a label that is missing or unknown.</param>
    /// <param name="metrics">Where missing and unknown ones are counted.</param>
    public abstract void Read(Column column, int start, Span<double> actual, EvaluationMetrics metrics);
}
