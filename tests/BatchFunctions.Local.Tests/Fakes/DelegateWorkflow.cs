using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Fakes;

internal sealed class DelegateWorkflow<TInput, TOutput>(Func<IWorkflowContext, TInput, Task<TOutput>> run) : IWorkflow<TInput, TOutput>
{
    public Task<TOutput> RunAsync(IWorkflowContext context, TInput input) => run(context, input);
}
