using System.Collections.Concurrent;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Models;

/// <summary>
/// The largest batches that models had memory for on a device, by digest: what one shard ran into, the next one need not. A device's memory is what it
/// is; the processor's depends on what else runs, so of that nothing is remembered. Thread-safe.
/// </summary>
internal sealed class BatchLimits
{
    private readonly ConcurrentDictionary<(string Sha256, ScoringDevice Device), int> _limits = new();

    /// <summary>What a batch size has to be divided by at least.</summary>
    /// <param name="model">The model.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="batchSize">The planned batch size.</param>
    /// <param name="divisor">What it is divided by already.</param>
    /// <returns><paramref name="divisor"/>, or a power of 2 times it.</returns>
    public int DivisorFor(PinnedModel model, ScoringDevice device, int batchSize, int divisor)
    {
        if (_limits.TryGetValue((model.Sha256, device), out int limit))
            while (batchSize / divisor > limit)
                divisor *= 2;
        return divisor;
    }

    /// <summary>Notes that there was no memory for a batch.</summary>
    /// <param name="model">The model.</param>
    /// <param name="device">Where it ran.</param>
    /// <param name="batchSize">The batch's size.</param>
    public void Exceed(PinnedModel model, ScoringDevice device, int batchSize)
    {
        if (device is ScoringDevice.Cpu or ScoringDevice.Auto)
            return;
        int half = Math.Max(1, batchSize / 2);
        _limits.AddOrUpdate((model.Sha256, device), half, (_, limit) => Math.Min(limit, half));
    }
}
