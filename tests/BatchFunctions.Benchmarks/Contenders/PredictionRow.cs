namespace BatchFunctions.Benchmarks.Contenders;

#pragma warning disable IDE1006, CA1707 // The names are those of the file's columns.

/// <summary>A prediction as an object.</summary>
internal sealed class PredictionRow
{
    public long? user_id { get; set; }

    public float score { get; set; }

    public int prediction { get; set; }
}
