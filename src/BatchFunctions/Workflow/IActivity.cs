namespace BatchFunctions.Workflow;

/// <summary>
/// A step of a workflow that touches the world. It may be run more than once, also at the same time, and must then have the effect
/// of one run.
/// </summary>
/// <typeparam name="TInput">What it takes: references, never data.</typeparam>
/// <typeparam name="TOutput">What it gives: a small summary.</typeparam>
public interface IActivity<in TInput, TOutput>
{
    /// <summary>Runs the step.</summary>
    /// <exception cref="BatchFunctionsException">It failed; the kind says whether another try can help.</exception>
    Task<TOutput> RunAsync(TInput input, CancellationToken cancellationToken);
}
