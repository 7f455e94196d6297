using BatchFunctions.Retention;

namespace BatchFunctions.Cli.Output;

/// <summary>What a pipeline's retention came to, as a script reads it.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="DryRun">Whether nothing was changed.</param>
/// <param name="Folder">The address of the pipeline's folder of the output.</param>
/// <param name="Items">Everything that was looked at.</param>
/// <param name="LeftAlone">What was to be removed, but is at work by now.</param>
internal sealed record CleanView(string Pipeline, bool DryRun, string Folder, IReadOnlyList<RetentionItem> Items, IReadOnlyList<RetentionItem> LeftAlone);
