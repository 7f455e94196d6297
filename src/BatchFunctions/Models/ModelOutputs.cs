namespace BatchFunctions.Models;

/// <summary>Which outputs of the model mean what: a manifest's <c>outputs</c> key.</summary>
public sealed record ModelOutputs
{
    /// <summary>The output that holds the score or the probabilities. Default: the only floating-point one.</summary>
    public string? Score { get; init; }

    /// <summary>The output that holds the class. Default: the only integer or text one where the task is multi-class; none otherwise.</summary>
    public string? Class { get; init; }

    /// <summary>The positive class of a binary model with two probabilities: its label, or its position. Default: the second.</summary>
    public string? Positive { get; init; }
}
