namespace BatchFunctions.Metrics;

/// <summary>What range a model's scores have, which decides how their distribution is kept.</summary>
public enum ScoreScale
{
    /// <summary>Probabilities, 0 to 1: a hundred bins of equal width.</summary>
    Unit,

    /// <summary>Anything, such as the values of a regression: bins whose width is a 128th of the power of two they are in.</summary>
    Any,
}
