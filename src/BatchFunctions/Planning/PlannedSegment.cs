using BatchFunctions.Data;

namespace BatchFunctions.Planning;

/// <summary>A segment on its way into a plan.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="IsSkipped">Whether it need not be read, since no record of it can pass the filter.</param>
internal readonly record struct PlannedSegment(Segment Segment, bool IsSkipped = false);
