using BatchFunctions.Data;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Scoring;
using BatchFunctions.Scoring.Decisions;

namespace BatchFunctions.Planning;

/// <summary>Decides whether a job is evaluated, and how.</summary>
internal static class EvaluationPlanner
{
    /// <summary>How predictions are compared with labels; null where they are not.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="model">What the model gives.</param>
    /// <param name="manifest">The model's manifest.</param>
    /// <param name="available">The columns of the input with the types that they would be read as.</param>
    /// <param name="fileName">The first file's name, for messages.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the pipeline asks for an evaluation that cannot be.</exception>
    public static EvaluationPlan? Plan(PipelineDefinition pipeline, ModelSignature model, ModelManifest manifest, Schema available, string fileName)
    {
        if (!IsAsked(pipeline))
            return manifest.Label is { } named && available.Find(named) is not null && model.Task is not ModelTask.Vector
                ? TryPlan(pipeline, model, manifest, available, named).Plan
                : null;

        EvaluationDefinition? asked = pipeline.Evaluation;
        string label = asked?.Label ?? manifest.Label
            ?? throw Refusal($"The predictions are to be evaluated, but neither evaluation.label nor the manifest of {model.Model} says which column holds the truth. Write evaluation: {{ label: COLUMN }}.");
        if (model.Task is ModelTask.Vector)
            throw Refusal($"{model.Model} gives vectors, which cannot be evaluated. Remove evaluation from the pipeline, and the limits on it from policy.");
        ColumnPlanner.RequireColumns([label, .. asked?.Segments ?? []], available, fileName, "The evaluation needs it: correct evaluation.label or evaluation.segments, or remove evaluation from the pipeline to score without labels");
        (EvaluationPlan? made, string? problem) = TryPlan(pipeline, model, manifest, available, label);
        EvaluationPlan result = made ?? throw Refusal(problem!);
        RefuseLimitsOfOtherTasks(pipeline.Policy, result, model);
        return result;
    }

    /// <summary>Whether a pipeline asks for an evaluation, rather than taking one where there are labels.</summary>
    public static bool IsAsked(PipelineDefinition pipeline) =>
        pipeline.Evaluation is not null || pipeline.Policy is not { MinAuc: null, MinAccuracy: null, MaxRmse: null };

    private static (EvaluationPlan? Plan, string? Problem) TryPlan(PipelineDefinition pipeline, ModelSignature model, ModelManifest manifest, Schema available, string label)
    {
        EvaluationDefinition asked = pipeline.Evaluation ?? new EvaluationDefinition();
        DataType type = available.Find(label)!.Type;
        if (type is DataType.Date or DataType.Timestamp)
            return (null, $"The label '{label}' is {TypeConversions.NameOf(type)}, which no model predicts. Name the right column: evaluation.label.");
        EvaluationTask task = model.Task switch
        {
            ModelTask.Multiclass => EvaluationTask.Multiclass,
            ModelTask.Regression when asked.Positive is null => EvaluationTask.Regression,
            _ => EvaluationTask.Binary,
        };
        if (task is not EvaluationTask.Binary && (asked.Positive ?? asked.Negative) is not null)
            return (null, $"evaluation.positive and evaluation.negative are for two classes, and {model.Model} gives {(task is EvaluationTask.Regression ? "a number" : "several classes")}. Remove them.");
        if (task is EvaluationTask.Binary && pipeline.Decisions.Threshold is null)
            return (null, $"evaluation.positive is for classes, and {model.Model} gives a number. Write decisions.threshold to make classes of it, or remove evaluation.positive.");

        string?[] classes = task switch
        {
            EvaluationTask.Binary => BinaryLabels(asked, model, manifest),
            EvaluationTask.Multiclass => [.. ClassPositions.NamesOf(model)],
            _ => [],
        };
        if (classes.Length == 2 && classes[0] == classes[1])
            return (null, $"evaluation.positive and evaluation.negative are both '{classes[1]}'.");
        if (type is not DataType.String && classes.FirstOrDefault(c => c is not null && LabelText.NumberOf(c) is null) is { } word)
            return (null, $"The label '{label}' is {TypeConversions.NameOf(type)} and can never be '{word}'. Write evaluation.positive as the column has it, or name the right column: evaluation.label.");

        var plan = new EvaluationPlan { Task = task, Label = label, Classes = classes, Segments = asked.Segments };
        HashSet<string> others = [.. ColumnPlanner.Named(pipeline, model.Features.Select(f => f.Name)), .. RuleConditions.InputColumns(pipeline.Decisions, model)];
        return (plan with { OwnColumns = [.. plan.Columns().Where(c => !others.Contains(c))] }, null);
    }

    private static string?[] BinaryLabels(EvaluationDefinition asked, ModelSignature model, ModelManifest manifest)
    {
        IReadOnlyList<string> classes = model.Classes is { Count: 2 } two ? two : [];
        string positive = asked.Positive ?? manifest.PositiveLabel ?? (classes.Count == 2 ? classes[model is { Score.Width: 2, ScoreIndex: { } index } ? index : 1] : "1");
        string? negative = asked.Negative ?? (classes.Contains(positive) ? classes.First(c => c != positive) : positive switch
        {
            "1" => "0",
            "0" => "1",
            _ when positive.Equals("true", StringComparison.OrdinalIgnoreCase) => "false",
            _ when positive.Equals("false", StringComparison.OrdinalIgnoreCase) => "true",
            _ => null,
        });
        return [negative, positive];
    }

    private static void RefuseLimitsOfOtherTasks(PolicyDefinition policy, EvaluationPlan plan, ModelSignature model)
    {
        string? odd = (plan.Task, policy) switch
        {
            (not EvaluationTask.Binary, { MinAuc: not null }) => "min_auc is for models of two classes",
            (EvaluationTask.Regression, { MinAccuracy: not null }) => "min_accuracy is for models of classes",
            (not EvaluationTask.Regression, { MaxRmse: not null }) => "max_rmse is for models of numbers",
            _ => null,
        };
        if (odd is not null)
            throw Refusal($"policy.{odd}, and {model.Model} is none. Remove the limit.");
    }

    private static BatchFunctionsException Refusal(string message) => new(ErrorKind.Request, message);
}
