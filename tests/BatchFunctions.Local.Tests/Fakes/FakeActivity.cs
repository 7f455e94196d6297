using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Fakes;

internal sealed class FakeActivity<TInput, TOutput>(Func<TInput, CancellationToken, Task<TOutput>> run) : IActivity<TInput, TOutput>
{
    public Task<TOutput> RunAsync(TInput input, CancellationToken cancellationToken) => run(input, cancellationToken);
}
