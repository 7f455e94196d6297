using System.Globalization;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Pipelines;
using BatchFunctions.Results.Reports;

namespace BatchFunctions.Results.Evaluations;

/// <summary>Compares measures with a pipeline's limits.</summary>
internal static class EvaluationPolicy
{
    /// <summary>The limits that are not kept, for people; a measure that cannot be told keeps none.</summary>
    /// <param name="policy">The limits.</param>
    /// <param name="metrics">The metrics of all shards, or null where nothing was evaluated.</param>
    public static IEnumerable<string> Breaches(PolicyDefinition policy, EvaluationMetrics? metrics)
    {
        if (policy is { MinAuc: null, MinAccuracy: null, MaxRmse: null })
            yield break;
        Measures measures = metrics is null ? new Measures() : MeasureCalculation.Of(metrics.Outcomes);
        long evaluated = metrics?.Evaluated ?? 0;
        if (policy.MinAuc is { } auc && !(measures.Auc >= auc))
            yield return Said("The AUC", measures.Auc, evaluated, "policy.min_auc asks for at least", auc);
        if (policy.MinAccuracy is { } accuracy && !(measures.Accuracy >= accuracy))
            yield return Said("The accuracy", measures.Accuracy, evaluated, "policy.min_accuracy asks for at least", accuracy);
        if (policy.MaxRmse is { } error && !(measures.Rmse <= error))
            yield return Said("The root mean squared error", measures.Rmse, evaluated, "policy.max_rmse allows at most", error);
    }

    private static string Said(string name, double? measure, long evaluated, string limit, double allowed) => measure is { } told
        ? string.Create(CultureInfo.InvariantCulture, $"{name} is {told:G9}; {limit} {allowed}.")
        : string.Create(CultureInfo.InvariantCulture, $"{name} cannot be told from {ReportText.Of(evaluated, "evaluated record")}{(evaluated > 0 ? ", of one outcome alone" : "")}; {limit} {allowed}.");
}
