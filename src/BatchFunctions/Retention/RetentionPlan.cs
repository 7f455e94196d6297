namespace BatchFunctions.Retention;

/// <summary>What a pipeline's policy makes of what its jobs have left.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="Folder">The address of the pipeline's folder of the output, whose <c>_audit</c> says what was removed.</param>
/// <param name="Items">Everything that was looked at, what is kept among it.</param>
public sealed record RetentionPlan(string Pipeline, string Folder, IReadOnlyList<RetentionItem> Items)
{
    /// <summary>What is removed or archived.</summary>
    public IEnumerable<RetentionItem> Due => Items.Where(i => i.Action != RetentionItem.Keep);
}
