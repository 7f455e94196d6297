namespace BatchFunctions.Models;

/// <summary>Which steps a version may take: registered → approved → retired, rejected before it is approved; back to approved with a reason.</summary>
internal static class StageRules
{
    /// <summary>Says why a version may not take a step, or null where it may.</summary>
    /// <param name="history">The version as it stands.</param>
    /// <param name="stage">Where it is to go.</param>
    /// <param name="reason">Why, or null where nothing was said.</param>
    public static string? Complaint(ModelHistory history, ModelStage stage, string? reason)
    {
        string version = $"{history.Version.Name}@{history.Version.Version}";
        if (history.Stage == stage)
            return $"{version} is {StageNames.Of(stage)} already: {history.Last}.";
        return (history.Stage, stage) switch
        {
            (ModelStage.Approved, ModelStage.Rejected) => $"{version} is in use, {history.Last}, and cannot be rejected any more. Retire it: it then takes no new jobs either.",
            (ModelStage.Retired, ModelStage.Rejected) => $"{version} was {history.Last} and takes no new jobs; there is nothing left to reject.",
            (ModelStage.Rejected, ModelStage.Retired) => $"{version} was {history.Last} and takes no new jobs; there is nothing left to retire.",
            (_, ModelStage.Rejected or ModelStage.Retired) when reason is null => $"{version} is not {StageNames.Of(stage)} without a reason: whoever's job is refused then will ask for it.",
            (ModelStage.Rejected or ModelStage.Retired, _) when reason is null => $"{version} was {history.Last}. Give a reason for approving it all the same.",
            _ => null,
        };
    }
}
