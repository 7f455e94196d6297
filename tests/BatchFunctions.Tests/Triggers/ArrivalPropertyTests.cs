using BatchFunctions.Workflow;
using CsCheck;
using static BatchFunctions.Tests.Triggers.TriggerBench;

namespace BatchFunctions.Tests.Triggers;

/// <summary>Arrivals under events that are told late, twice and at several processes, polls, ticks of the clock, and kills at random calls.</summary>
public sealed class ArrivalPropertyTests
{
    private const int Files = 5;

    private enum Doing
    {
        Write,
        Tell,
        Poll,
        Tick,
    }

    private static Gen<Step> Steps { get; } = Gen.Select(
        Gen.Frequency((3, Gen.Const(Doing.Write)), (5, Gen.Const(Doing.Tell)), (2, Gen.Const(Doing.Poll)), (2, Gen.Const(Doing.Tick))),
        Gen.Int[0, Files - 1],
        Gen.Int[0, 2],
        Gen.Bool,
        Gen.Int[0, 24],
        Gen.Bool,
        (doing, file, process, isKilled, call, afterwards) => new Step(doing, file, process, isKilled, call, afterwards));

    private static Gen<string> Thresholds { get; } = OneOf("", "min_files: 2", "min_files: 3, max_wait: 5m", "min_files: 2, min_bytes: 40");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Gen<T> OneOf<T>(params T[] all) => Gen.Int[0, all.Length - 1].Select(i => all[i]);

    [Fact]
    public Task Every_version_gets_into_one_job_whoever_is_killed_and_when() =>
        Gen.Select(Thresholds, OneOf("in/*.csv", "in", "in/*-{date}.csv"), Steps.Array[1, 30]).SampleAsync(
            async (thresholds, source, steps) =>
            {
                using var world = await World.MakeAsync(thresholds, source);
                foreach (Step step in steps)
                    await world.DoAsync(step);
                await world.SettleAsync();
                await world.CheckAsync();
            },
            iter: 120,
            threads: 2);

    [Fact]
    public Task Every_version_gets_into_one_job_whoever_works_at_the_same_time() =>
        Gen.Select(Thresholds, Steps.Array[2, 6].Array[1, 6]).SampleAsync(
            async (thresholds, rounds) =>
            {
                using var world = await World.MakeAsync(thresholds, "in/*.csv");
                foreach (Step[] round in rounds)
                    await Task.WhenAll(round.Select(s => Task.Run(() => world.DoAsync(s with { IsKilled = false, Doing = s.Doing == Doing.Write ? Doing.Tell : s.Doing }), Cancellation)).Append(world.WriteAsync(round[0].File)));
                await world.SettleAsync();
                await world.CheckAsync();
            },
            iter: 60,
            threads: 2);

    [Fact]
    public Task A_process_killed_at_any_call_of_a_start_leaves_it_to_the_next() =>
        Gen.Select(Gen.Int[0, 40], Gen.Bool, OneOf(Doing.Tell, Doing.Poll, Doing.Tick)).SampleAsync(
            async (call, afterwards, next) =>
            {
                using var world = await World.MakeAsync("", "in/*.csv");
                await world.WriteAsync(0);
                await world.DoAsync(new Step(Doing.Tell, 0, 0, IsKilled: true, call, afterwards));
                await world.DoAsync(new Step(next, 0, 1, IsKilled: false, 0, Afterwards: false));
                await world.SettleAsync();
                await world.CheckAsync();
            },
            iter: 80,
            threads: 2);

    private sealed record Step(Doing Doing, int File, int Process, bool IsKilled, int AtCall, bool Afterwards);

    private sealed class World : IDisposable
    {
        private readonly TriggerBench _bench = new();
        private readonly TriggerProcess[] _processes;
        private readonly int[] _versions = new int[Files];

        private World() => _processes = [.. Enumerable.Range(0, 3).Select(_ => new TriggerProcess(_bench))];

        public static async Task<World> MakeAsync(string thresholds, string source)
        {
            var world = new World();
            await world._bench.WriteAsync("pipelines/p.yaml", Pipeline("p", $"arrival: {{ {thresholds} }}", source));
            return world;
        }

        // Each version is longer than the one before, so that no clock is too coarse to tell them apart.
        public Task<string> WriteAsync(int file) => _bench.WriteAsync(NameOf(file), new string('x', 10 * ++_versions[file]));

        public async Task DoAsync(Step step)
        {
            TriggerProcess process = _processes[step.Process];
            if (step.IsKilled)
                process.Outage.StrikeAt(step.AtCall, step.Afterwards);
            try
            {
                switch (step.Doing)
                {
                    case Doing.Write:
                        await WriteAsync(step.File);
                        break;
                    case Doing.Tell:
                        await process.Arrivals.ArrivedAsync($"{_bench.Address}/{NameOf(step.File)}", Cancellation);
                        break;
                    case Doing.Poll:
                        await process.Arrivals.PollAsync(Cancellation);
                        break;
                    default:
                        _bench.Time.Advance(TimeSpan.FromMinutes(step.AtCall));
                        await process.Arrivals.StartDueAsync(Cancellation);
                        break;
                }
            }
            catch (Exception e) when (step.IsKilled && e is SimulatedCrashException or BatchFunctionsException { InnerException: SimulatedCrashException or AggregateException })
            {
                _processes[step.Process] = new TriggerProcess(_bench);
            }

            process.Outage.Clear();
        }

        // Every event is told until it is taken, as Event Grid does.
        public async Task SettleAsync()
        {
            for (int file = 0; file < Files; file++)
                await _processes[file % 3].Arrivals.ArrivedAsync($"{_bench.Address}/{NameOf(file)}", Cancellation);
            for (int i = 0; i < 3; i++)
                await _processes[1].Arrivals.PollAsync(Cancellation);
            _bench.Time.Advance(TimeSpan.FromHours(2));
            await _processes[2].Arrivals.StartDueAsync(Cancellation);
            Assert.Empty(await _processes[0].Arrivals.StartDueAsync(Cancellation));
        }

        public async Task CheckAsync()
        {
            List<(string Name, string ETag)> started = [];
            foreach (JobRequest job in _bench.Engine.Jobs)
                started.AddRange(await _bench.FilesOfAsync(job));
            Assert.Equal(started.Count, started.Distinct().Count());
            for (int file = 0; file < Files; file++)
                if (await _bench.FindAsync(NameOf(file)) is { } now)
                    Assert.Contains((NameOf(file), now.ETag), started);
        }

        public void Dispose() => _bench.Dispose();

        private static string NameOf(int file) => $"in/{file}-2026-01-0{1 + (file % 2)}.csv";
    }
}
