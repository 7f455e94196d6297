using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Scoring.Decisions;

namespace BatchFunctions.Scoring;

/// <summary>
/// The columns of the predictions, in order: the id (or file and record number), the columns carried along, the model's scores, the
/// decisions.
/// </summary>
internal static class PredictionSchema
{
    /// <summary>The column of the file's key where the pipeline names no id.</summary>
    public const string FileColumn = "file";

    /// <summary>The column of the record's number in its file, from 0, where the pipeline names no id.</summary>
    public const string RecordColumn = "record";

    private const double DefaultThreshold = 0.5;

    /// <summary>The pipeline with what the model says where the pipeline is silent.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the pipeline asks for decisions that this kind of model cannot have.</exception>
    public static PipelineDefinition WithModelDefaults(PipelineDefinition pipeline, ModelSignature model, ModelManifest manifest)
    {
        DecisionsDefinition asked = pipeline.Decisions;
        bool hasOneScore = model.Task is ModelTask.Binary or ModelTask.Regression;
        if (!hasOneScore && (asked.Threshold is not null || asked.Thresholds is not null || asked.Bands is not null))
            throw Refusal($"decisions.threshold, decisions.thresholds and decisions.bands need a model with one score, and {pipeline.Model} is {KindOf(model)} model. Remove them from the pipeline.");
        CalibrationDefinition? calibration = asked.Calibration ?? manifest.Calibration;
        if (calibration is not null)
            RefuseMisfit(calibration, pipeline.Model, model, asked.Calibration is null ? "the manifest's calibration" : "decisions.calibration");
        double? threshold = asked.Threshold ?? (hasOneScore ? manifest.Threshold : null) ?? (model.Task == ModelTask.Binary ? DefaultThreshold : null);
        if (asked.Thresholds is { Unseen: UnseenSegmentAction.Default } && threshold is null)
            throw Refusal($"decisions.thresholds leaves records of other segments to decisions.threshold, which neither the pipeline nor the manifest of {pipeline.Model} has. Write decisions.threshold, or decisions.thresholds.unseen: reject.");
        return pipeline with { Decisions = asked with { Calibration = calibration, Threshold = threshold } };
    }

    /// <summary>The predictions' columns.</summary>
    public static Schema Of(PipelineDefinition pipeline, ModelSignature model, IReadOnlyList<Field> columns)
    {
        List<Field> fields = [];
        if (pipeline.Source.Id is { } id)
            fields.Add(columns.First(c => c.Name == id));
        else
            fields.AddRange([new Field(FileColumn, DataType.String), new Field(RecordColumn, DataType.Int64)]);
        fields.AddRange(Included(pipeline).Select(name => columns.First(c => c.Name == name)));
        fields.AddRange(ScoringColumns.OfModel(model));
        fields.AddRange(ScoringColumns.OfDecisions(pipeline.Decisions, model));
        if (pipeline.Decisions.Rules is { Count: > 0 })
            fields.Add(new Field(ScoringColumns.Action, DataType.String));
        fields.AddRange(ChallengerStage.ColumnsOf(pipeline, model));
        string? twice = fields.GroupBy(f => f.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1)?.Key;
        return twice is null
            ? new Schema(fields)
            : throw new BatchFunctionsException(
                ErrorKind.Request,
                $"The output would have two columns '{twice}': one of the input and one that scoring adds. Take it out of output.include, or rename it in the input.");
    }

    /// <summary>The columns carried along, each once, without the id.</summary>
    public static IEnumerable<string> Included(PipelineDefinition pipeline) =>
        pipeline.Output.Include.Where(name => name != pipeline.Source.Id).Distinct(StringComparer.Ordinal);

    private static void RefuseMisfit(CalibrationDefinition calibration, string name, ModelSignature model, string what)
    {
        bool fits = model.Task switch
        {
            ModelTask.Binary => true,
            ModelTask.Multiclass => calibration.Temperature is not null,
            ModelTask.Regression => calibration.Temperature is null,
            _ => false,
        };
        if (!fits)
            throw Refusal($"{what} does not fit {name}, which is {KindOf(model)} model: platt and isotonic take one score, temperature takes the probabilities of two or more classes. Correct it, or remove it.");
    }

    private static string KindOf(ModelSignature model) => model.Task switch
    {
        ModelTask.Vector => "a vector",
        ModelTask.Multiclass => "a multi-class",
        ModelTask.Regression => "a regression",
        _ => "a binary",
    };

    private static BatchFunctionsException Refusal(string message) => new(ErrorKind.Request, message);
}
