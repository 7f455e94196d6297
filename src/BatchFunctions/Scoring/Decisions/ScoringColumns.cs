using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Scoring.Decisions;

/// <summary>The columns that scoring adds to a record: what the model gives, then what is decided from it.</summary>
internal static class ScoringColumns
{
    /// <summary>The column of the model's own label.</summary>
    public const string Label = "label";

    /// <summary>The column of the calibrated probability.</summary>
    public const string Probability = "probability";

    /// <summary>The column of the class.</summary>
    public const string Prediction = "prediction";

    /// <summary>The column of the band.</summary>
    public const string Band = "band";

    /// <summary>The column of what the rules say.</summary>
    public const string Action = "action";

    /// <summary>
    /// Which of <see cref="ModelSignature.ScoreColumns"/> are written: a multi-class model's label is its prediction; a binary model's is
    /// left out, as the threshold decides.
    /// </summary>
    public static IEnumerable<int> Written(ModelSignature model) =>
        Enumerable.Range(0, model.ScoreColumns.Count).Where(i => model.ScoreColumns[i].Name != Label || model.Task == ModelTask.Multiclass);

    /// <summary>The model's columns, by the names they are written under.</summary>
    public static IEnumerable<Field> OfModel(ModelSignature model) =>
        Written(model).Select(i => model.ScoreColumns[i]).Select(f => f.Name == Label ? f with { Name = Prediction } : f);

    /// <summary>The columns that decisions add, but for the action: those that a rule can mention.</summary>
    public static IEnumerable<Field> OfDecisions(DecisionsDefinition decisions, ModelSignature model)
    {
        if (decisions.Calibration is not null)
            yield return new Field(Probability, model.ScoreType);
        if (decisions.Threshold is not null || decisions.Thresholds is not null)
            yield return new Field(Prediction, DataType.Int32);
        if (decisions.Bands is { Count: > 0 })
            yield return new Field(Band, DataType.String);
    }
}
