namespace BatchFunctions.Workflow;

/// <summary>A workflow in a catalog, as an engine runs it: JSON in, JSON out.</summary>
public abstract class RegisteredWorkflow
{
    private protected RegisteredWorkflow(string name) => Name = name;

    /// <summary>The name under which every engine knows the workflow.</summary>
    public string Name { get; }

    /// <summary>Runs the workflow from the top.</summary>
    /// <param name="context">The engine's port.</param>
    /// <param name="input">Its input as JSON.</param>
    /// <returns>Its output as JSON.</returns>
    public abstract Task<string> RunAsync(IWorkflowContext context, string input);
}
