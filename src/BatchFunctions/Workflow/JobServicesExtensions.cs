using BatchFunctions.Incremental;
using BatchFunctions.Lineage;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Storage;

namespace BatchFunctions.Workflow;

/// <summary>Opens what the addresses of a job lead to.</summary>
internal static class JobServicesExtensions
{
    // How much of it the scoring service takes at once is its own affair; this many a job has with it where nobody says.
    private const int ShardsInService = 32;

    public static WorkFolder WorkFolderOf(this JobServices services, JobReference job) =>
        new(services.Stores.Resolve(job.WorkFolder, services.BaseFolder));

    public static WorkFolder WorkFolderOf(this JobServices services, string jobId) =>
        new(services.Stores.Resolve(services.WorkFolder, services.BaseFolder).Below(JobId.Require(jobId)));

    /// <summary>A job's work folder, or what its run folder keeps of it where it was removed.</summary>
    public static async Task<WorkFolder> FindWorkAsync(this JobServices services, string jobId, RunFolder run, CancellationToken cancellationToken)
    {
        WorkFolder work = services.WorkFolderOf(jobId);
        return await work.Location.Store.FindAsync(work.Location.Key(WorkFolder.JobFile), cancellationToken) is null
            && await run.Location.Store.FindAsync(run.KeptWork.Location.Key(WorkFolder.JobFile), cancellationToken) is not null
            ? run.KeptWork
            : work;
    }

    /// <summary>The folder in which the arrivals for a pipeline are written down.</summary>
    public static StoreLocation ArrivalFolderOf(this JobServices services, string pipeline) =>
        services.Stores.Resolve(services.WorkFolder, services.BaseFolder).Below($"_triggers/arrivals/{pipeline}");

    /// <summary>The folder of the lists of the files that a pipeline's jobs were started for.</summary>
    public static StoreLocation ArrivalListsOf(this JobServices services, string pipeline) => services.ArrivalFolderOf(pipeline).Below("lists");

    /// <summary>The list of the files that a job was started for.</summary>
    public static StoreLocation ArrivalListOf(this JobServices services, string pipeline, string jobId) =>
        services.ArrivalListsOf(pipeline).Below($"{jobId}.json");

    /// <summary>How far a pipeline's jobs have scored its source.</summary>
    public static StateFile<InputMark> MarkOf(this JobServices services, string pipeline) => new(
        services.Stores.Resolve(services.WorkFolder, services.BaseFolder).Below($"_since/{pipeline}.json"), MarkJson.Default.InputMark, MarkJson.Afresh);

    /// <summary>Which jobs were pinned to which models.</summary>
    public static ModelUses ModelUses(this JobServices services) => new(services.Stores.Resolve(services.WorkFolder, services.BaseFolder));

    public static RunFolder RunFolderOf(this JobServices services, JobDefinition job) =>
        new(services.Stores.Resolve(job.RunFolder, services.BaseFolder));

    /// <summary>The folder of all runs of a job's pipeline.</summary>
    public static StoreLocation PipelineFolderOf(this JobServices services, JobDefinition job) =>
        services.Stores.Resolve(RunFolder.PipelineFolderOf(job.RunFolder), services.BaseFolder);

    public static int MaxParallelOf(this JobServices services, JobDefinition job) =>
        job.Pipeline.Shards.MaxParallel
        ?? (job.Scoring?.Tier is ScoringTier.Container && !services.ScoresForOthers ? Math.Max(services.DefaultMaxParallel, ShardsInService) : services.DefaultMaxParallel);

    /// <summary>Where a job's model runs on this machine: jobs are prepared and planned on the processor where others score them.</summary>
    public static ScoringDevice DeviceOf(this JobServices services, JobDefinition job) =>
        job.Scoring is { } plan && (plan.Tier is ScoringTier.InProcess || services.ScoresForOthers) ? plan.Device : ScoringDevice.Cpu;

    public static ModelRegistry Registry(this JobServices services, string modelsFolder) =>
        new(services.Stores.Resolve(modelsFolder, services.BaseFolder), services.Time);

    public static async Task<JobDefinition> ReadJobAsync(this WorkFolder work, CancellationToken cancellationToken) =>
        await work.FindJobAsync(cancellationToken) ?? throw work.Lost("job.json");

    public static async Task<Plan> ReadPlanAsync(this WorkFolder work, CancellationToken cancellationToken) =>
        await work.FindPlanAsync(cancellationToken) ?? throw work.Lost("plan.json");
}
