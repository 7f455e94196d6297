using BatchFunctions.Pipelines;

namespace BatchFunctions.Tier;

/// <summary>What a replica is and has room for.</summary>
/// <param name="Replica">Its name, another one after each start.</param>
/// <param name="Version">The version of its software.</param>
/// <param name="OnnxRuntime">The version of its model runtime.</param>
/// <param name="Devices">Where models can run.</param>
/// <param name="WhyNotMore">Why there are no other devices, for people.</param>
/// <param name="MaxRunning">How many shards it scores at once.</param>
/// <param name="MaxQueued">How many more it takes.</param>
/// <param name="Running">How many it scores now.</param>
/// <param name="Queued">How many wait.</param>
public sealed record ReplicaDescription(
    string Replica,
    string Version,
    string OnnxRuntime,
    IReadOnlyList<ScoringDevice> Devices,
    string WhyNotMore,
    int MaxRunning,
    int MaxQueued,
    int Running,
    int Queued);
