using System.Diagnostics;
using System.Globalization;

namespace BatchFunctions.Benchmarks.Comparison;

/// <summary>
/// Runs contenders in turns, round by round, so that whatever the machine does meanwhile hits all of them alike. All are started before
/// the first round. Where they warm up, their first runs do not count: the just-in-time compiler is at work for seconds.
/// </summary>
internal static class Contest
{
    private const double WarmUpSeconds = 12;

    public static async Task<IReadOnlyList<Standing>> RunAsync(string title, IReadOnlyList<Entry> entries, int rounds, bool warmsUp, string folder, TextWriter output, CancellationToken cancellationToken)
    {
        output.WriteLine();
        output.WriteLine($"## {title}");
        output.WriteLine();
        var processes = new List<List<ContenderProcess>>();
        try
        {
            foreach (var entry in entries)
            {
                processes.Add([]);
                foreach (var setup in entry.Setups)
                    processes[^1].Add(await ContenderProcess.StartAsync(setup, folder, cancellationToken));
            }

            var times = entries.Select(_ => new List<(double Seconds, string? Note)>()).ToList();
            var rows = new long[entries.Count];
            if (warmsUp)
            {
                foreach (var process in processes)
                    await WarmUpAsync(process, cancellationToken);
            }

            for (var round = 0; round < rounds; round++)
            {
                for (var e = 0; e < entries.Count; e++)
                {
                    await SettleDiskAsync(cancellationToken);
                    var (seconds, scored, note) = await TurnAsync(processes[e], cancellationToken);
                    rows[e] = scored;
                    times[e].Add((seconds, note));
                }
            }

            var standings = new List<Standing>();
            for (var e = 0; e < entries.Count; e++)
            {
                double peak = 0;
                foreach (var process in processes[e])
                    peak += await process.EndAsync(cancellationToken);
                var median = times[e].OrderBy(time => time.Seconds).ElementAt(rounds / 2);
                standings.Add(new Standing(entries[e].Name, [.. times[e].Select(time => time.Seconds)], rows[e], peak, median.Note));
            }

            Write(standings, output);
            return standings;
        }
        finally
        {
            foreach (var process in processes.SelectMany(p => p))
                await process.DisposeAsync();
        }
    }

    private static async Task WarmUpAsync(List<ContenderProcess> processes, CancellationToken cancellationToken)
    {
        for (var spent = 0.0; spent < WarmUpSeconds;)
            spent += (await TurnAsync(processes, cancellationToken)).Seconds;
    }

    // Whoever flushes what it wrote would otherwise wait for what those before it left in the page cache.
    private static async Task SettleDiskAsync(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            return;
        using var sync = Process.Start("sync");
        await sync.WaitForExitAsync(cancellationToken);
    }

    private static async Task<(double Seconds, long Rows, string? Note)> TurnAsync(List<ContenderProcess> processes, CancellationToken cancellationToken)
    {
        if (processes.Count == 1)
        {
            var answer = await processes[0].RunAsync(cancellationToken);
            return (answer.Seconds!.Value, answer.Rows!.Value, answer.Note);
        }

        var started = Stopwatch.GetTimestamp();
        var answers = await Task.WhenAll(processes.Select(process => process.RunAsync(cancellationToken)));
        return (Stopwatch.GetElapsedTime(started).TotalSeconds, answers.Sum(answer => answer.Rows!.Value), null);
    }

    private static void Write(List<Standing> standings, TextWriter output)
    {
        output.WriteLine("| who | M rows/s, median | seconds: median (least to most) | first ÷ this | peak MiB |");
        output.WriteLine("|---|---|---|---|---|");
        foreach (var one in standings)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {one.Name} | {one.Speed:0.00} | {one.Median:0.000} ({one.Seconds.Min():0.000} to {one.Seconds.Max():0.000}) | {standings[0].Speed / one.Speed:0.00} | {one.PeakMib:0} |"));
        }

        foreach (var one in standings.Where(one => one.Note is not null))
        {
            output.WriteLine();
            output.WriteLine($"{one.Name}: {one.Note}");
        }
    }
}
