using BatchFunctions.Models.Devices;
using BatchFunctions.Notifications;
using BatchFunctions.Storage;
using BatchFunctions.Tier;
using BatchFunctions.Views;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Workflow;

/// <summary>What the activities of a job need of the machine that they run on.</summary>
public sealed record JobServices
{
    /// <summary>Turns addresses into stores.</summary>
    public required IStoreResolver Stores { get; init; }

    /// <summary>The address of the model registry's folder.</summary>
    public required string ModelsFolder { get; init; }

    /// <summary>The address of the folder that work folders are made in.</summary>
    public required string WorkFolder { get; init; }

    /// <summary>The folder that a request's relative addresses start from.</summary>
    public required string BaseFolder { get; init; }

    /// <summary>The folder that a pipeline's relative <c>source.path</c> starts from. Default: the pipeline file's own.</summary>
    public string? SourceFolder { get; init; }

    /// <summary>The folder that a pipeline's relative <c>output.path</c> starts from. Default: the pipeline file's own.</summary>
    public string? OutputFolder { get; init; }

    /// <summary>How many shards are scored at once where neither pipeline nor request says. Default: the number of processors.</summary>
    public int DefaultMaxParallel { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// How many shards of a job may at most be committed while others are scored, so that the processors have work while the disk has. Large
    /// shards get fewer. 0: a shard counts as being scored until it is committed, as it must where one job's shards are spread over machines that
    /// do not know of each other. Default: 16.
    /// </summary>
    public int MaxCommitting { get; init; } = 16;

    /// <summary>How long what was loaded for a job, its model and its buffers, is kept while no activity uses it. Default: 10 minutes.</summary>
    public TimeSpan ContextIdleTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Finds out where models can run on this machine. Default: what ONNX Runtime and the driver say.</summary>
    public Func<OfferedDevices> Devices { get; init; } = OfferedDevices.OfThisProcess;

    /// <summary>Whether this process is the scoring service: it scores shards of jobs that other hosts run. Default: no.</summary>
    public bool ScoresForOthers { get; init; }

    /// <summary>How the scoring service is reached. Default: there is none.</summary>
    public TierOptions? Tier { get; init; }

    /// <summary>How many models stay loaded that nobody uses, the most recently used ones. Default: 2.</summary>
    public int WarmModels { get; init; } = 2;

    /// <summary>Reads a variable of the environment, for <c>${NAME}</c> in pipeline files. Default: the process's own.</summary>
    public Func<string, string?> EnvironmentVariable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Where events may go, and how. Default: nowhere but to the log.</summary>
    public NotificationOptions Notifications { get; init; } = new();

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What works out views, as <c>source.latest_by</c> and <c>source.sql</c>. Default: null, and pipelines that need it are refused.</summary>
    public IViewEngine? Views { get; init; }

    /// <summary>Where logs go.</summary>
    public required ILoggerFactory Loggers { get; init; }
}
