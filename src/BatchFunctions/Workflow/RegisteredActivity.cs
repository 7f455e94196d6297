namespace BatchFunctions.Workflow;

/// <summary>An activity in a catalog, as an engine calls it: JSON in, JSON out.</summary>
public abstract class RegisteredActivity
{
    private protected RegisteredActivity(string name) => Name = name;

    /// <summary>The name under which every engine knows the activity.</summary>
    public string Name { get; }

    /// <summary>Runs the activity once.</summary>
    /// <param name="input">Its input as JSON.</param>
    /// <param name="cancellationToken">Cancelled when the process is being stopped.</param>
    /// <returns>Its output as JSON.</returns>
    public abstract Task<string> RunAsync(string input, CancellationToken cancellationToken);
}
