namespace BatchFunctions.Cli.Output;

/// <summary>A version and the jobs that used it, as a script reads them.</summary>
internal sealed record ModelLineageView(ModelView Model, IReadOnlyList<LineageView> Jobs);
