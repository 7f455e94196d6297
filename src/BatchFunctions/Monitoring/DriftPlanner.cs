using BatchFunctions.Data;
using BatchFunctions.Metrics.Drift;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Monitoring;

/// <summary>Brings a baseline together with what a job reads and with the pipeline's limits, and says what does not fit.</summary>
internal static class DriftPlanner
{
    /// <summary>The word that names the model's own baseline.</summary>
    public const string ModelWord = "model";

    /// <summary>Makes the plan.</summary>
    /// <param name="monitoring">The pipeline's word.</param>
    /// <param name="baseline">The baseline.</param>
    /// <param name="source">Where it comes from, for messages and reports.</param>
    /// <param name="sha256">The digest of its file, or null.</param>
    /// <param name="columns">The columns that the job reads.</param>
    /// <param name="model">What the model takes and gives.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: something does not fit; all of it is named.</exception>
    public static DriftPlan Plan(
        MonitoringDefinition monitoring, ModelBaseline baseline, string source, string? sha256, IReadOnlyList<Field> columns, ModelSignature model)
    {
        List<string> problems = [];
        var schema = new Schema(columns);
        DriftLimits usual = monitoring.Drift ?? DriftLimits.Usual;
        List<DriftFeature> features = [];
        foreach (Field column in columns)
            if (baseline.Features.TryGetValue(column.Name, out Histogram? histogram))
            {
                if (FeatureBins.Of(histogram, column.Type) is null)
                    problems.Add($"it has '{column.Name}' by {(histogram.IsNumeric ? "edges" : "categories")}, and the job reads it as {TypeConversions.NameOf(column.Type)}");
                features.Add(new DriftFeature(column.Name, histogram, monitoring.Features.GetValueOrDefault(column.Name, usual)));
            }

        foreach (string name in monitoring.Features.Keys.Where(n => features.All(f => f.Name != n)))
            problems.Add(NearestWord.Find(name, features.Select(f => f.Name)) is { } near
                ? $"monitoring.features has limits for '{name}', which it does not have; did you mean '{near}'?"
                : $"monitoring.features has limits for '{name}', which {(schema.IndexOf(name) < 0 ? "the job does not read" : "it does not have")}");
        bool hasScore = baseline.Score is not null && model.Task != ModelTask.Vector;
        if (features.Count == 0 && !hasScore)
            problems.Add($"it has none of the columns that the job reads ({string.Join(", ", columns.Take(20).Select(c => c.Name))})");
        if (problems.Count > 0)
            throw new BatchFunctionsException(ErrorKind.Request, $"The baseline of {source} does not fit: {string.Join("; ", problems)}. Correct it, or name another as monitoring.baseline.");

        return new DriftPlan
        {
            Source = source,
            Sha256 = sha256,
            Records = baseline.Records,
            Features = features,
            Score = hasScore ? new DriftFeature(DriftPlan.ScoreName, baseline.Score!, monitoring.Score ?? usual) : null,
            WithoutBaseline = [.. model.Features.Select(f => f.Name).Distinct(StringComparer.Ordinal).Where(n => !baseline.Features.ContainsKey(n))],
            NotRead = [.. baseline.Features.Keys.Where(n => schema.IndexOf(n) < 0)],
        };
    }
}
