using BatchFunctions.Benchmarks.Contenders;

namespace BatchFunctions.Benchmarks.Comparison;

/// <summary>Who takes part in a comparison: one process, or several that work at the same time and count as one.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Setups">One setup a process.</param>
internal sealed record Entry(string Name, params ContenderSetup[] Setups);
