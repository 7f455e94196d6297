using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;

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

    private const string LabelColumn = "label";
    private const double DefaultThreshold = 0.5;

    /// <summary>The pipeline with what the model says where the pipeline is silent.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the pipeline asks for decisions that this kind of model cannot have.</exception>
    public static PipelineDefinition WithModelDefaults(PipelineDefinition pipeline, ModelSignature model, ModelManifest manifest)
    {
        DecisionsDefinition asked = pipeline.Decisions;
        if (model.Task is ModelTask.Multiclass or ModelTask.Vector)
        {
            if (asked.Calibration is not null || asked.Threshold is not null || asked.Bands is not null)
                throw new BatchFunctionsException(
                    ErrorKind.Request,
                    $"decisions.calibration, decisions.threshold and decisions.bands need a model with one score, and {pipeline.Model} is {(model.Task == ModelTask.Vector ? "a vector" : "a multi-class")} model. Remove them from the pipeline.");
            return pipeline;
        }

        double? threshold = asked.Threshold ?? manifest.Threshold ?? (model.Task == ModelTask.Binary ? DefaultThreshold : null);
        return pipeline with { Decisions = asked with { Calibration = asked.Calibration ?? manifest.Calibration, Threshold = threshold } };
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
        fields.AddRange(ScoreFields(model));
        fields.AddRange(new DecisionStage(pipeline.Decisions, model.ScoreType).Columns.Select(c => c.Field));
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

    /// <summary>
    /// Which of <see cref="ModelSignature.ScoreColumns"/> are written: a multi-class model's label is its prediction; a binary model's is
    /// left out, as the threshold decides.
    /// </summary>
    public static IEnumerable<int> WrittenScores(ModelSignature model) =>
        Enumerable.Range(0, model.ScoreColumns.Count).Where(i => model.ScoreColumns[i].Name != LabelColumn || model.Task == ModelTask.Multiclass);

    private static IEnumerable<Field> ScoreFields(ModelSignature model) =>
        WrittenScores(model)
            .Select(i => model.ScoreColumns[i])
            .Select(f => f.Name == LabelColumn ? f with { Name = DecisionStage.PredictionColumn } : f);
}
