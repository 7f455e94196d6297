using BatchFunctions.Notifications;
using BatchFunctions.Storage;
using BatchFunctions.Tier;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Api;

/// <summary>The settings of a host that serves: where pipelines, models and work files are, and what else addresses may lead to.</summary>
public sealed record HostSettings
{
    /// <summary>The variable of <see cref="Pipelines"/>.</summary>
    public const string PipelinesVariable = "BATCHFN_PIPELINES";

    /// <summary>The variable of <see cref="Models"/>.</summary>
    public const string ModelsVariable = "BATCHFN_MODELS";

    /// <summary>The variable of <see cref="Work"/>.</summary>
    public const string WorkVariable = "BATCHFN_WORK";

    /// <summary>The variable of <see cref="Roots"/>, separated by ';'.</summary>
    public const string RootsVariable = "BATCHFN_ROOTS";

    /// <summary>The variable of <see cref="StorageConnection"/>.</summary>
    public const string ConnectionVariable = "BATCHFN_STORAGE_CONNECTION";

    /// <summary>The variable of <see cref="StorageAccountUri"/>.</summary>
    public const string AccountUriVariable = "BATCHFN_STORAGE_ACCOUNT_URI";

    /// <summary>The folder of pipeline files: a full path or an address.</summary>
    public required string Pipelines { get; init; }

    /// <summary>The model registry: a full path or an address.</summary>
    public required string Models { get; init; }

    /// <summary>The folder of the jobs' work folders: a full path or an address.</summary>
    public required string Work { get; init; }

    /// <summary>
    /// The folders, besides the three above, that input, output and pipeline files may lie below: full paths or addresses. Default:
    /// none.
    /// </summary>
    public IReadOnlyList<string> Roots { get; init; } = [];

    /// <summary>The blob account's connection string. Default: null.</summary>
    public string? StorageConnection { get; init; }

    /// <summary>The blob account's address, to sign in with an identity instead. Default: null.</summary>
    public string? StorageAccountUri { get; init; }

    /// <summary>Where the events of jobs may go, and how. Default: nowhere but to the log.</summary>
    public NotificationOptions Notifications { get; init; } = new();

    /// <summary>How the scoring service is reached. Default: null, there is none.</summary>
    public TierOptions? Tier { get; init; }

    /// <summary>Reads variables as <c>BATCHFN_ROOTS</c>, the storage account and those of notifications, with folders that are known already.</summary>
    /// <param name="pipelines">The folder of pipeline files.</param>
    /// <param name="models">The model registry.</param>
    /// <param name="work">The folder of work folders.</param>
    /// <param name="variable">Gives a variable's value, or null where it is not set.</param>
    public static HostSettings Read(string? pipelines, string? models, string? work, Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return new HostSettings
        {
            Pipelines = pipelines ?? "",
            Models = models ?? "",
            Work = work ?? "",
            Roots = (variable(RootsVariable) ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            StorageConnection = Given(variable, ConnectionVariable) ?? Given(variable, "AzureWebJobsStorage"),
            StorageAccountUri = Given(variable, AccountUriVariable),
            Notifications = NotificationOptions.Read(variable),
            Tier = TierOptions.Read(variable),
        };
    }

    /// <summary>Reads all settings from variables.</summary>
    /// <param name="variable">Gives a variable's value, or null where it is not set; <see cref="Environment.GetEnvironmentVariable(string)"/> in a process.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: something is missing or wrong; the message lists all of it.</exception>
    public static HostSettings Read(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var settings = Read(Given(variable, PipelinesVariable), Given(variable, ModelsVariable), Given(variable, WorkVariable), variable);
        settings.EnsureValid();
        return settings;
    }

    /// <summary>Checks every setting; nothing is reached for.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: something is missing or wrong; the message lists all of it.</exception>
    public void EnsureValid()
    {
        var problems = new HostSettingsCheck(this).ListProblems();
        if (problems.Count > 0)
            throw new BatchFunctionsException(ErrorKind.Request, $"The host's settings are wrong.{string.Concat(problems.Select(p => $"{Environment.NewLine}  {p}"))}");
    }

    /// <summary>
    /// Makes what jobs, triggers and the API need of this machine. Addresses cannot leave the roots and the three folders; relative ones
    /// start from the folder of pipelines.
    /// </summary>
    /// <param name="loggers">Where logs go.</param>
    /// <param name="time">The clock. Default: the system's.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: a setting is wrong.</exception>
    public JobServices CreateServices(ILoggerFactory loggers, TimeProvider? time = null)
    {
        EnsureValid();
        return new JobServices
        {
            Stores = new StoreResolver(StoreOptions(), time),
            ModelsFolder = Models,
            WorkFolder = Work,
            BaseFolder = Pipelines,
            Notifications = Notifications,
            Tier = Tier,
            Time = time ?? TimeProvider.System,
            Loggers = loggers,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"{nameof(HostSettings)} {{ {Pipelines} }}";

    /// <summary>How stores are reached and confined.</summary>
    internal StoreOptions StoreOptions() => new()
    {
        AllowedRoots = [.. new[] { Pipelines, Models, Work }.Concat(Roots).Distinct(StringComparer.Ordinal)],
        AzureConnectionString = StorageConnection,
        AzureAccountUri = StorageAccountUri is null ? null : new Uri(StorageAccountUri, UriKind.Absolute),
    };

    private static string? Given(Func<string, string?> variable, string name) => variable(name) is { Length: > 0 } value ? value : null;
}
