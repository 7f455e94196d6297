namespace BatchFunctions.Monitoring;

/// <summary>An earlier job that the number of records is compared with.</summary>
/// <param name="JobId">The job's id.</param>
/// <param name="Records">The number of its records.</param>
public sealed record VolumeRun(string JobId, long Records);
