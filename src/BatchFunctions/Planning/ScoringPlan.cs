using BatchFunctions.Pipelines;

namespace BatchFunctions.Planning;

/// <summary>Who scores a job's shards and on what, chosen when the job is prepared.</summary>
/// <param name="Tier">Who scores; never <see cref="ScoringTier.Auto"/>.</param>
/// <param name="TierReason">Why, for people.</param>
/// <param name="Device">Where the model runs; never <see cref="ScoringDevice.Auto"/>.</param>
/// <param name="DeviceReason">Why there, for people.</param>
public sealed record ScoringPlan(ScoringTier Tier, string TierReason, ScoringDevice Device, string DeviceReason);
