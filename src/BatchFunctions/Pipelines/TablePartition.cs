namespace BatchFunctions.Pipelines;

/// <summary>The columns that a table can be partitioned by: what all rows of a job share.</summary>
public static class TablePartition
{
    /// <summary>The day that the job stands for, a date.</summary>
    public const string RunDate = "run_date";

    /// <summary>The version of the model, a text.</summary>
    public const string ModelVersion = "model_version";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Columns { get; } = [RunDate, ModelVersion];
}
