using System.Globalization;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Tier;

/// <summary>Who scores a job's shards, chosen once for the whole job.</summary>
/// <param name="Tier">The tier; never <see cref="ScoringTier.Auto"/>.</param>
/// <param name="Reason">Why, for people.</param>
internal sealed record TierChoice(ScoringTier Tier, string Reason)
{
    /// <summary>From how many bytes of model times records on <c>auto</c> takes the service: 10¹³, which 1 MB has with 10 million records and 1 GB with 10,000.</summary>
    public const double LeastWork = 1e13;

    /// <summary>Chooses by what the pipeline asks for.</summary>
    /// <param name="wanted">What it asks for.</param>
    /// <param name="hasService">Whether the host knows a scoring service.</param>
    /// <param name="modelBytes">The length of the model file.</param>
    /// <param name="records">About how many records there are.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the service is asked for, and the host knows none.</exception>
    public static TierChoice Choose(ScoringTier wanted, bool hasService, long modelBytes, long records)
    {
        if (wanted is ScoringTier.InProcess)
            return new(wanted, "scoring.tier is in_process");
        if (wanted is ScoringTier.Container)
            return hasService ? new(wanted, "scoring.tier is container") : throw NoService();
        if (!hasService)
            return new(ScoringTier.InProcess, "scoring.tier is auto, and this host knows no scoring service");
        bool isLarge = (double)modelBytes * records >= LeastWork;
        return new(
            isLarge ? ScoringTier.Container : ScoringTier.InProcess,
            string.Create(CultureInfo.InvariantCulture, $"scoring.tier is auto, and {modelBytes:N0} bytes of model times about {records:N0} records are {(isLarge ? "at least" : "less than")} 10¹³"));
    }

    /// <summary>What a host says that is asked for the service and knows none.</summary>
    public static BatchFunctionsException NoService() => new(
        ErrorKind.Request, $"scoring.tier is container, but this host knows no scoring service. Set {TierOptions.EndpointsVariable} and {TierOptions.KeyVariable}, or write tier: in_process.");
}
