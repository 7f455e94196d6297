using System.Globalization;
using BatchFunctions.Workflow;

namespace BatchFunctions.Tier;

/// <summary>The id of a shard of a job, as paths have it: <c>night-1.5</c>.</summary>
public static class ShardId
{
    /// <summary>Makes the id.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="shard">The shard's number.</param>
    public static string Of(string job, int shard) => string.Create(CultureInfo.InvariantCulture, $"{job}.{shard}");

    /// <summary>Reads an id.</summary>
    /// <param name="id">The text.</param>
    /// <param name="job">The job's id.</param>
    /// <param name="shard">The shard's number.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string id, out string job, out int shard)
    {
        ArgumentNullException.ThrowIfNull(id);
        int dot = id.LastIndexOf('.');
        job = dot < 0 ? id : id[..dot];
        shard = 0;
        return dot > 0 && JobId.IsValid(job) && int.TryParse(id.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out shard);
    }
}
