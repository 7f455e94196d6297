using System.Globalization;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Monitoring;
using BatchFunctions.Pipelines;
using BatchFunctions.Results.Reports;

namespace BatchFunctions.Results.Evaluations;

/// <summary>Compares measures with a pipeline's limits.</summary>
internal static class EvaluationPolicy
{
    /// <summary>The limits that are not kept; a measure that cannot be told keeps none.</summary>
    /// <param name="policy">The limits.</param>
    /// <param name="metrics">The metrics of all shards, or null where nothing was evaluated.</param>
    public static IEnumerable<Alarm> Alarms(PolicyDefinition policy, EvaluationMetrics? metrics)
    {
        if (policy is { MinAuc: null, MinAccuracy: null, MaxRmse: null })
            yield break;
        Measures measures = metrics is null ? new Measures() : MeasureCalculation.Of(metrics.Outcomes);
        long evaluated = metrics?.Evaluated ?? 0;
        if (policy.MinAuc is { } auc && !(measures.Auc >= auc))
            yield return AlarmOf("min_auc", "The AUC", measures.Auc, evaluated, "asks for at least", auc);
        if (policy.MinAccuracy is { } accuracy && !(measures.Accuracy >= accuracy))
            yield return AlarmOf("min_accuracy", "The accuracy", measures.Accuracy, evaluated, "asks for at least", accuracy);
        if (policy.MaxRmse is { } error && !(measures.Rmse <= error))
            yield return AlarmOf("max_rmse", "The root mean squared error", measures.Rmse, evaluated, "allows at most", error);
    }

    private static Alarm AlarmOf(string key, string name, double? measure, long evaluated, string words, double limit)
    {
        string finding = measure is { } told
            ? string.Create(CultureInfo.InvariantCulture, $"{name} is {told:G9}")
            : string.Create(CultureInfo.InvariantCulture, $"{name} cannot be told from {ReportText.Of(evaluated, "evaluated record")}{(evaluated > 0 ? ", of one outcome alone" : "")}");
        return new Alarm(AlarmKind.Evaluation, null, key, measure, limit, string.Create(CultureInfo.InvariantCulture, $"{finding}; policy.{key} {words} {limit}."));
    }
}
