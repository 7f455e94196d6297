namespace BatchFunctions.Planning;

/// <summary>A job's batch size and where it is from.</summary>
/// <param name="Rows">Rows handed to one model run.</param>
/// <param name="Origin">Who settled it.</param>
/// <param name="Timings">What was measured, by batch size: the least time per row, in nanoseconds; null where nothing was.</param>
public sealed record BatchSizeChoice(int Rows, BatchSizeOrigin Origin, IReadOnlyDictionary<string, double>? Timings = null);
