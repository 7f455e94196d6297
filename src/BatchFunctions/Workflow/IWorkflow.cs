namespace BatchFunctions.Workflow;

/// <summary>A workflow's code, free of any engine.</summary>
/// <typeparam name="TInput">What it takes.</typeparam>
/// <typeparam name="TOutput">What it gives.</typeparam>
public interface IWorkflow<TInput, TOutput>
{
    /// <summary>Runs the workflow, from the top each time. An object is asked for one run only.</summary>
    Task<TOutput> RunAsync(IWorkflowContext context, TInput input);
}
