using BatchFunctions.Pipelines.Loading;
using CsCheck;
using NCrontab;
using static BatchFunctions.Tests.Triggers.TriggerBench;

namespace BatchFunctions.Tests.Triggers;

/// <summary>Schedules under looks at random times and processes that are killed at random calls.</summary>
public sealed class SchedulePropertyTests
{
    private static readonly string[] Schedules = ["0 */7 * * * *", "13,14 5 * * * *", "0 0 2 * * *", "30 1 * * 1-5", "*/20 * 3 * * *"];

    private static readonly Gen<(int Schedule, Look[] Looks)> Histories = Gen.Select(
        Gen.Int[0, Schedules.Length - 1],
        Gen.Select(Gen.OneOf(Gen.Int[0, 90], Gen.Int[0, 7200], Gen.Int[0, 300_000]), Gen.Bool, Gen.Bool, Gen.Int[0, 14], Gen.Bool, (s, a, k, c, e) => new Look(s, a, k, c, e)).Array[1, 25]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Every_look_leaves_the_latest_due_time_started_and_never_starts_another() =>
        Histories.SampleAsync(history => HoldsAsync(Schedules[history.Schedule], history.Looks), iter: 150, threads: 2);

    private static async Task HoldsAsync(string expression, Look[] looks)
    {
        using var bench = new TriggerBench();
        await bench.WriteAsync("pipelines/p.yaml", Pipeline("p", $"schedule: \"{expression}\""));
        CrontabSchedule schedule = ScheduleText.Parse(expression);
        TriggerProcess[] processes = [new(bench), new(bench)];
        DateTimeOffset? firstSeen = null;
        HashSet<string> allowed = [];
        foreach (Look look in looks)
        {
            bench.Time.Advance(TimeSpan.FromSeconds(look.Seconds));
            DateTimeOffset now = bench.Time.GetUtcNow();
            int before = bench.Engine.Jobs.Count;
            string? due = firstSeen is { } seen && LatestByWalking(schedule, seen, now) is { } latest ? $"p-{latest:yyyyMMdd-HHmmss}" : null;
            if (due is not null)
                allowed.Add(due);

            int number = look.Second ? 1 : 0;
            if (look.IsKilled)
                processes[number].Outage.StrikeAt(look.AtCall, look.Afterwards);
            bool survived = true;
            try
            {
                await processes[number].Schedules.StartDueAsync(Cancellation);
            }
            catch (Exception e) when (e is SimulatedCrashException or BatchFunctionsException { InnerException: SimulatedCrashException })
            {
                survived = false;
                processes[number] = new TriggerProcess(bench);
            }

            processes[number].Outage.Clear();
            if (firstSeen is null && await bench.FindAsync("work/_triggers/schedules/p.json") is not null)
                firstSeen = now;
            Assert.True(bench.Engine.Jobs.Count - before <= 1, "One look starts one job at most.");
            if (survived && due is not null)
                Assert.Contains(due, bench.Engine.Ids);
            Assert.All(bench.Engine.Ids, id => Assert.Contains(id, allowed));
        }
    }

    private static DateTime? LatestByWalking(CrontabSchedule schedule, DateTimeOffset after, DateTimeOffset now)
    {
        DateTime? latest = null;
        foreach (DateTime due in schedule.GetNextOccurrences(after.UtcDateTime, now.UtcDateTime.AddSeconds(1)).Where(d => d <= now.UtcDateTime))
            latest = due;
        return latest;
    }

    private sealed record Look(int Seconds, bool Second, bool IsKilled, int AtCall, bool Afterwards);
}
