using BatchFunctions.Data;

namespace BatchFunctions.Models;

/// <summary>What a model takes and gives, after manifest and model file were brought together.</summary>
public sealed record ModelSignature
{
    /// <summary>The model's name and version for messages: <c>churn@1.2.0</c>.</summary>
    public required string Model { get; init; }

    /// <summary>What the output means.</summary>
    public required ModelTask Task { get; init; }

    /// <summary>The model's inputs.</summary>
    public required IReadOnlyList<ModelInput> Inputs { get; init; }

    /// <summary>The features of all inputs, in order.</summary>
    public required IReadOnlyList<ModelFeature> Features { get; init; }

    /// <summary>The output that holds the score or the probabilities.</summary>
    public required ModelOutput Score { get; init; }

    /// <summary>The output that holds the class, or null where none is read.</summary>
    public ModelOutput? Class { get; init; }

    /// <summary>The classes in the order of the probabilities, or null where nothing tells.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Which element of a row is the score; null where it is the largest (multi-class) or there is none (vector).</summary>
    public int? ScoreIndex { get; init; }

    /// <summary>The label's column type, or null where the model gives no label.</summary>
    public DataType? LabelType { get; init; }

    /// <summary>The number of records that every run must have, or null where it is free.</summary>
    public int? FixedRows { get; init; }

    /// <summary>The score's type: <see cref="DataType.Float32"/> or <see cref="DataType.Float64"/>.</summary>
    public DataType ScoreType => Score.Type;

    /// <summary>
    /// The columns that the model's scores fill, in order: <c>score</c> unless the task is vector; <c>label</c> where there is one;
    /// <c>probability_CLASS</c> for each class of a multi-class model; <c>score_0</c>, <c>score_1</c>, … for a vector.
    /// </summary>
    public IReadOnlyList<Field> ScoreColumns =>
        [
            .. Task is ModelTask.Vector ? (IEnumerable<Field>)[] : [new Field("score", ScoreType)],
            .. LabelType is { } label ? (IEnumerable<Field>)[new Field("label", label)] : [],
            .. Task switch
            {
                ModelTask.Multiclass => Enumerable.Range(0, Score.Width).Select(i => new Field($"probability_{Classes?[i] ?? $"{i}"}", ScoreType)),
                ModelTask.Vector => Enumerable.Range(0, Score.Width).Select(i => new Field($"score_{i}", ScoreType)),
                _ => [],
            },
        ];

    /// <summary>
    /// The columns that the features are read from, with the types that a reader should give them: a file's own numeric type is
    /// kept, as the model's input is filled from any; text becomes the feature's type, with numbers in full precision. Optional columns
    /// that the input lacks are left out.
    /// </summary>
    /// <param name="available">The columns that the input has.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: columns are missing or of types that no feature can have; all are named.</exception>
    public Schema ColumnsFor(Schema available)
    {
        ArgumentNullException.ThrowIfNull(available);
        List<Field> fields = [];
        List<string> problems = [];
        foreach (ModelFeature feature in Features)
        {
            if (available.Find(feature.Name) is not { } field)
            {
                if (!feature.Optional)
                    problems.Add(MissingColumn(feature.Name, available));
            }
            else if (TypeFor(feature, field.Type) is { } type)
                fields.Add(new Field(feature.Name, type));
            else
                problems.Add($"column '{feature.Name}' is {Name(field.Type)} and the model takes {Name(feature.Type)}");
        }

        return problems.Count == 0
            ? new Schema(fields)
            : throw new BatchFunctionsException(ErrorKind.Request, $"The input does not fit the model {Model}: {string.Join("; ", problems)}.");
    }

    internal static string Name(DataType type) => type.ToString().ToLowerInvariant();

    private static string MissingColumn(string name, Schema available) =>
        NearestWord.Find(name, available.Select(f => f.Name)) is { } near
            ? $"there is no column '{name}' (the nearest is '{near}')"
            : $"there is no column '{name}'";

    /// <summary>The type that a reader should give a feature's column; null where the feature cannot be read from it.</summary>
    internal static DataType? TypeFor(ModelFeature feature, DataType available) => (feature.Type, available) switch
    {
        (DataType.String, DataType.String) => DataType.String,
        (DataType.String, _) => null,
        (DataType.Float32 or DataType.Float64, DataType.String or DataType.Decimal) => DataType.Float64,
        (_, DataType.String) => feature.Type,
        (_, DataType.Decimal) => DataType.Float64,
        (_, DataType.Date or DataType.Timestamp) => null,
        _ => available,
    };
}
