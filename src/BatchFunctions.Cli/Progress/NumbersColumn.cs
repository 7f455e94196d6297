using Spectre.Console;
using Spectre.Console.Rendering;

namespace BatchFunctions.Cli.Progress;

/// <summary>Shards, rows, speed, time left and rejects, beside the bar.</summary>
internal sealed class NumbersColumn(JobWatch watch) : ProgressColumn
{
    /// <inheritdoc/>
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
    {
        var view = watch.View();
        return new Text(view.ShardsTotal == 0 ? "" : LineProgress.Numbers(view));
    }
}
