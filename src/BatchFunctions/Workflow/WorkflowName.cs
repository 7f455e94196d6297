namespace BatchFunctions.Workflow;

/// <summary>Names a workflow and its types, so that a call is checked by the compiler.</summary>
/// <typeparam name="TInput">What it takes.</typeparam>
/// <typeparam name="TOutput">What it gives.</typeparam>
/// <param name="Name">The name under which every engine knows the workflow.</param>
public sealed record WorkflowName<TInput, TOutput>(string Name);
