namespace BatchFunctions.Models;

/// <summary>What a model's output means.</summary>
public enum ModelTask
{
    /// <summary>One of two classes; the score is the positive class's probability, or a raw score to be calibrated.</summary>
    Binary,

    /// <summary>One of several classes; the score is the largest probability.</summary>
    Multiclass,

    /// <summary>A number.</summary>
    Regression,

    /// <summary>Several numbers: an embedding, or several targets.</summary>
    Vector,
}
