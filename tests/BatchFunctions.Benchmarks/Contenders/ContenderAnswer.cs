namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>What a contender says: that it is ready, how long a run took, or how much memory it needed in all.</summary>
/// <param name="Ready">Whether it waits for its first run.</param>
/// <param name="Seconds">The run's time.</param>
/// <param name="Rows">The rows that were scored.</param>
/// <param name="PeakMib">The most memory that the process held, in MiB.</param>
/// <param name="Note">What else is worth a word.</param>
internal sealed record ContenderAnswer(bool? Ready = null, double? Seconds = null, long? Rows = null, double? PeakMib = null, string? Note = null);
