using System.Text;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Planning;
using BatchFunctions.Results.Evaluations;

namespace BatchFunctions.Tests.Results.Evaluations;

/// <summary>Evaluations to make reports of.</summary>
internal static class Evaluated
{
    /// <summary>A thousand customers of whom those with high scores leave more often, a few of them without a label, by region.</summary>
    public static EvaluationReport Binary(string label = "left", string positive = "Yes", string? negative = null, string[]? others = null, int regions = 3)
    {
        EvaluationMetrics metrics = EvaluationMetrics.Create(EvaluationTask.Binary, 2, 1E-7, ["region"]);
        metrics.AddUnlabelled(missing: 7, unknown: 5);
        metrics.UnknownNames.Merge(["perhaps"]);
        metrics.OtherNames.Merge(others ?? ["No"]);
        var random = new Random(1);
        for (int i = 0; i < 1000; i++)
        {
            double score = i / 1000.0;
            Add(metrics, random.NextDouble() < score ? 1 : 0, score >= 0.5 ? 1 : 0, score, i % 10 == 0 ? "" : $"region {i % regions}");
        }

        return Report(metrics, new EvaluationPlan { Task = EvaluationTask.Binary, Label = label, Classes = [negative, positive], Segments = ["region"] });
    }

    /// <summary>Three kinds of animals.</summary>
    public static EvaluationReport Classes()
    {
        EvaluationMetrics metrics = EvaluationMetrics.Create(EvaluationTask.Multiclass, 3, 1E-7, []);
        foreach ((int actual, int predicted) in ((int, int)[])[(0, 0), (0, 0), (0, 1), (1, 1), (2, 2), (2, 0), (2, 3)])
            Add(metrics, actual, predicted, actual == predicted ? 0.8 : 0.1, "");
        return Report(metrics, new EvaluationPlan { Task = EvaluationTask.Multiclass, Label = "animal", Classes = ["cat", "dog", "owl"] });
    }

    /// <summary>A few numbers.</summary>
    public static EvaluationReport Values()
    {
        EvaluationMetrics metrics = EvaluationMetrics.Create(EvaluationTask.Regression, 0, 1E-7, []);
        foreach ((double actual, double predicted) in ((double, double)[])[(1, 2), (10, 8), (100_000, 100_003)])
            metrics.Outcomes.Add([actual], [predicted], []);
        return Report(metrics, new EvaluationPlan { Task = EvaluationTask.Regression, Label = "price" });
    }

    private static EvaluationReport Report(EvaluationMetrics metrics, EvaluationPlan plan) => EvaluationReport.Create("job-1", "churn", "churn@1.2.0", plan, 0.5, metrics);

    private static void Add(EvaluationMetrics metrics, double actual, double predicted, double score, string segment)
    {
        metrics.Outcomes.Add([actual], [predicted], [score]);
        foreach (SegmentOutcomes segments in metrics.Segments)
        {
            byte[] value = Encoding.UTF8.GetBytes(segment);
            if (value.Length > 0 && segments.Find(value) < 0)
                segments.Offer(value);
            (value.Length == 0 ? segments.Missing : segments.Find(value) is >= 0 and int at ? segments[at] : segments.Other).Add([actual], [predicted], [score]);
        }
    }
}
