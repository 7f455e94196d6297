using System.Globalization;
using BatchFunctions.Api.Serving;
using BatchFunctions.Tier;

namespace BatchFunctions.ScoringService;

/// <summary>The settings of a replica, besides those that all hosts have.</summary>
public sealed record ServiceSettings
{
    /// <summary>The variable of <see cref="Key"/>, the one by which hosts know it, too.</summary>
    public const string KeyVariable = TierOptions.KeyVariable;

    /// <summary>The variable of how many shards are scored at once.</summary>
    public const string MaxRunningVariable = "BATCHFN_SCORING_MAX_RUNNING";

    /// <summary>The variable of how many more are taken.</summary>
    public const string MaxQueuedVariable = "BATCHFN_SCORING_MAX_QUEUED";

    /// <summary>The variable of the share of memory above which no more are taken.</summary>
    public const string MaxMemoryShareVariable = "BATCHFN_SCORING_MAX_MEMORY_SHARE";

    /// <summary>The variable of <see cref="WarmModels"/>.</summary>
    public const string WarmModelsVariable = "BATCHFN_SCORING_WARM_MODELS";

    /// <summary>The variable of how many seconds a replica that is told to stop goes on with what it scores.</summary>
    public const string DrainVariable = "BATCHFN_SCORING_DRAIN_SECONDS";

    /// <summary>The key that every request needs, but for health, readiness and the description.</summary>
    public required string Key { get; init; }

    /// <summary>How many models stay loaded that nobody uses. Default: 4.</summary>
    public int WarmModels { get; init; } = 4;

    /// <summary>How much a replica takes on. Default: by the machine.</summary>
    public ReplicaOptions Replica { get; init; } = new();

    /// <summary>How many bytes a body with rows may have. Default: 1 MiB.</summary>
    public int MaxRowsBytes { get; init; } = 1 << 20;

    /// <summary>How many rows may be scored online at once. Default: 1,000.</summary>
    public int MaxRows { get; init; } = 1000;

    /// <summary>Reads the variables.</summary>
    /// <param name="variable">Gives a variable's value, or null where it is not set.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: one is missing or wrong.</exception>
    public static ServiceSettings Read(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var key = variable(KeyVariable) is { Length: > 0 } given
            ? ApiKey.Require(given, KeyVariable)
            : throw new BatchFunctionsException(ErrorKind.Request, $"{KeyVariable} is not set. It holds the key that requests need: 'openssl rand -hex 24' makes one; give hosts the same.");
        var defaults = new ReplicaOptions();
        var running = Whole(variable, MaxRunningVariable, 1) ?? defaults.MaxRunning;
        var settings = new ServiceSettings
        {
            Key = key,
            Replica = defaults with
            {
                MaxRunning = running,
                MaxQueued = Whole(variable, MaxQueuedVariable, 0) ?? Math.Max(1, running / 2),
                MaxMemoryShare = Share(variable) ?? defaults.MaxMemoryShare,
                DrainLimit = Whole(variable, DrainVariable, 0) is { } seconds ? TimeSpan.FromSeconds(seconds) : defaults.DrainLimit,
            },
        };
        return settings with { WarmModels = Whole(variable, WarmModelsVariable, 0) ?? settings.WarmModels };
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(ServiceSettings);

    private static int? Whole(Func<string, string?> variable, string name, int min)
    {
        if (variable(name) is not { Length: > 0 } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min
            ? number
            : throw new BatchFunctionsException(ErrorKind.Request, $"{name} is '{text}'. Write a whole number from {min}.");
    }

    private static double? Share(Func<string, string?> variable)
    {
        if (variable(MaxMemoryShareVariable) is not { Length: > 0 } text)
            return null;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is > 0 and <= 1
            ? share
            : throw new BatchFunctionsException(ErrorKind.Request, $"{MaxMemoryShareVariable} is '{text}'. Write a share above 0 and at most 1, such as 0.8.");
    }
}
