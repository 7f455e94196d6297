using BatchFunctions.Tier;

namespace BatchFunctions.Workflow.Activities;

/// <summary>Writes down that a job was stopped, where the replicas that have its shards look for it.</summary>
internal sealed class WithdrawShardsActivity(JobServices services) : IActivity<WithdrawRequest, int>
{
    public async Task<int> RunAsync(WithdrawRequest input, CancellationToken cancellationToken)
    {
        // A try of an earlier run that comes late must not take back what this one wrote.
        Withdrawal? withdrawn = await new TierFiles(services).WithdrawalOf(input.Job).ChangeAsync(
            there => Task.FromResult<Withdrawal?>(there is not null && there.Through >= input.Through ? there : new Withdrawal(input.Through)), cancellationToken);
        return withdrawn!.Through;
    }
}
