namespace BatchFunctions.Workflow;

/// <summary>Names an activity and its types, so that a call is checked by the compiler.</summary>
/// <typeparam name="TInput">What it takes: references, never data.</typeparam>
/// <typeparam name="TOutput">What it gives: a small summary.</typeparam>
/// <param name="Name">The name under which every engine knows the activity.</param>
public sealed record ActivityName<TInput, TOutput>(string Name);
