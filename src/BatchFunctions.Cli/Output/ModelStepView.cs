using BatchFunctions.Models;

namespace BatchFunctions.Cli.Output;

/// <summary>One step of a version, its registration among them, as a script reads it.</summary>
internal sealed record ModelStepView(string Name, string Version, string Stage, DateTimeOffset At, string By, string? Reason)
{
    public static IEnumerable<ModelStepView> Of(ModelHistory history)
    {
        var version = history.Version;
        yield return new ModelStepView(version.Name, version.Version, StageNames.Of(ModelStage.Registered), version.RegisteredAt, version.RegisteredBy, null);
        foreach (var change in history.Changes)
            yield return new ModelStepView(version.Name, version.Version, StageNames.Of(change.Stage), change.At, change.By, change.Reason);
    }
}
