namespace BatchFunctions.Local;

/// <summary>What a line of an instance's history says. The numbers are in the journal.</summary>
internal enum HistoryKind
{
    ActivityCompleted = 1,
    ActivityFailed = 2,
    SubWorkflowCompleted = 3,
    SubWorkflowFailed = 4,
    TimerFired = 5,
    EventArrived = 6,
    EventSent = 7,
}
