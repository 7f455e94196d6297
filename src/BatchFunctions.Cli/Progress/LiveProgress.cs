using Spectre.Console;

namespace BatchFunctions.Cli.Progress;

/// <summary>A bar that moves, on a terminal.</summary>
internal sealed class LiveProgress(IAnsiConsole console, TimeProvider time) : IProgressDisplay
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    public Task<T> ShowAsync<T>(JobWatch watch, Func<Task<T>> job)
    {
        var progress = console.Progress();
        progress.AutoRefresh = false;
        progress.AutoClear = false;
        return progress
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new NumbersColumn(watch))
            .StartAsync(async context =>
            {
                var task = context.AddTask("Start", maxValue: 1);
                using var timer = new PeriodicTimer(Period, time);
                watch.Noticed += console.WriteLine;
                var drawing = DrawNowAndThenAsync(context, task, watch, timer);
                try
                {
                    return await job();
                }
                finally
                {
                    watch.Noticed -= console.WriteLine;
                    timer.Dispose();
                    await drawing;
                    Draw(context, task, watch);
                }
            });
    }

    private static async Task DrawNowAndThenAsync(ProgressContext context, ProgressTask task, JobWatch watch, PeriodicTimer timer)
    {
        while (await timer.WaitForNextTickAsync())
            Draw(context, task, watch);
    }

    private static void Draw(ProgressContext context, ProgressTask task, JobWatch watch)
    {
        var view = watch.View();
        task.Description = view.Step;
        task.Value = view.Fraction;
        context.Refresh();
    }
}
