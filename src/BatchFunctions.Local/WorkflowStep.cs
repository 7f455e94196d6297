namespace BatchFunctions.Local;

/// <summary>Something that a workflow asked its engine for; numbered in the order of asking.</summary>
internal sealed class WorkflowStep(int number, StepKind kind, string name)
{
    private readonly TaskCompletionSource<string> _completion = new();

    public int Number { get; } = number;

    public StepKind Kind { get; } = kind;

    public string Name { get; } = name;

    public Task<string> Task => _completion.Task;

    public bool HasEnded => _completion.Task.IsCompleted;

    /// <summary>Gets the engine going; null where the history has the outcome, or once it was called.</summary>
    public Action? Start { get; set; }

    public void Complete(string output) => _completion.TrySetResult(output);

    public void Fail(Exception exception) => _completion.TrySetException(exception);

    public bool Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);
}
