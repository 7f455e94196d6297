using BatchFunctions.Workflow;

namespace BatchFunctions.Local;

/// <summary>A job as the journal has it.</summary>
/// <param name="Key">The job's number in the journal.</param>
/// <param name="Record">The rest of it.</param>
internal sealed record JobRow(long Key, JobRecord Record);
