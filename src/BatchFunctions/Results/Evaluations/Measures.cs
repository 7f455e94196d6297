using System.Text.Json.Serialization;

namespace BatchFunctions.Results.Evaluations;

/// <summary>
/// What predictions were worth, in numbers; what does not apply, or cannot be told, is left out. Each follows scikit-learn's definition of that
/// name; a share of nothing is 0 there and here.
/// </summary>
public sealed record Measures
{
    /// <summary>The share of right predictions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Accuracy { get; init; }

    /// <summary>Of two classes: the share of positive records among those predicted positive.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Precision { get; init; }

    /// <summary>Of two classes: the share of the positive records that were predicted positive.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Recall { get; init; }

    /// <summary>Of two classes: the harmonic mean of precision and recall.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? F1 { get; init; }

    /// <summary>Of two classes: the share of records that turned out positive.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? PositiveRate { get; init; }

    /// <summary>Of two classes: the share of records that were predicted positive.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? PredictedPositiveRate { get; init; }

    /// <summary>Of two classes: the area under the ROC curve; left out where all records turned out the same.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Auc { get; init; }

    /// <summary>How far <see cref="Auc"/> is off at most; 0 while all scores are told apart.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AucMaxError { get; init; }

    /// <summary>Of two classes: the area under the precision–recall curve.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AveragePrecision { get; init; }

    /// <summary>How far <see cref="AveragePrecision"/> is off at most; 0 while all scores are told apart.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AveragePrecisionMaxError { get; init; }

    /// <summary>The mean of -ln of the probability given to what turned out; left out where a score is no probability.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LogLoss { get; init; }

    /// <summary>Of two classes: the mean squared difference between probability and outcome; left out where a score is no probability.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Brier { get; init; }

    /// <summary>Of two classes: the mean difference, over ten ranges of probability, between mean probability and share of positive records.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? CalibrationError { get; init; }

    /// <summary>Of several classes: the mean precision of the classes that occur.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MacroPrecision { get; init; }

    /// <summary>Of several classes: the mean recall of the classes that occur.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MacroRecall { get; init; }

    /// <summary>Of several classes: the mean F1 of the classes that occur.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MacroF1 { get; init; }

    /// <summary>Of several classes: the precision over all classes' predictions together.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MicroPrecision { get; init; }

    /// <summary>Of several classes: the recall over all classes' records together.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MicroRecall { get; init; }

    /// <summary>Of several classes: the F1 over all classes together.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MicroF1 { get; init; }

    /// <summary>Of several classes: the mean F1 of the classes, each weighed by its records.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? WeightedF1 { get; init; }

    /// <summary>Of numbers: the mean of |predicted - actual|.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Mae { get; init; }

    /// <summary>Of numbers: the root of the mean of (predicted - actual)².</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Rmse { get; init; }

    /// <summary>Of numbers: the share of the actual values' variance that is explained; left out where all values are the same.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? R2 { get; init; }

    /// <summary>Of numbers: the mean of predicted - actual.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MeanError { get; init; }

    /// <summary>Of numbers: the largest |predicted - actual|.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MaxError { get; init; }

    /// <summary>Of numbers: the mean of the actual values.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MeanActual { get; init; }
}
