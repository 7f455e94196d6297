namespace BatchFunctions.Local;

/// <summary>What a workflow asked for.</summary>
internal enum StepKind
{
    Activity,
    SubWorkflow,
    Timer,
    Event,
}
