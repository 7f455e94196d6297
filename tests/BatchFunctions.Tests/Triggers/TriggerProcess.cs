using BatchFunctions.Triggers;
using BatchFunctions.Workflow;

namespace BatchFunctions.Tests.Triggers;

/// <summary>A host's process: what it has in memory is its own, the folders and the engine it shares with others.</summary>
internal sealed class TriggerProcess
{
    public TriggerProcess(TriggerBench bench)
    {
        Services = bench.Services with { Stores = new FaultyStores(bench.Services.Stores, Outage) };
        Pipelines = new PipelineFolder(Services, bench.PipelinesAddress);
        IJobEngine engine = bench.Engine.Through(Outage);
        Schedules = new ScheduleTrigger(engine, Pipelines, Services);
        Arrivals = new ArrivalTrigger(engine, Pipelines, Services);
    }

    public Outage Outage { get; } = new();

    public JobServices Services { get; }

    public PipelineFolder Pipelines { get; }

    public ScheduleTrigger Schedules { get; }

    public ArrivalTrigger Arrivals { get; }
}
