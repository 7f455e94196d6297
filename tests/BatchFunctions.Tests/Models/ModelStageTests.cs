using BatchFunctions.Models;
using BatchFunctions.Storage;
using BatchFunctions.TestSupport;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using static BatchFunctions.Tests.Models.TinyModels;

namespace BatchFunctions.Tests.Models;

/// <summary>What people decide about a version, and what becomes of jobs that ask for it.</summary>
public sealed class ModelStageTests(AzuriteFixture azurite) : IDisposable
{
    private const string Manifest = "features: [a, b, c]\n";
    private static readonly DateTimeOffset Now = new(2026, 2, 8, 2, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Now);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_decision_is_kept_with_who_when_and_why(bool inBlobs)
    {
        StoreLocation root = await RootAsync(inBlobs);
        ModelRegistry registry = await RegistryAsync(root, "1.0.0");
        Assert.Equal(ModelStage.Registered, (await registry.FindHistoryAsync("sum", "1.0.0", Cancel))!.Stage);

        _time.Advance(TimeSpan.FromMinutes(1));
        await registry.ChangeStageAsync(Reference("1.0.0"), ModelStage.Approved, "bob", " better on the holdout ", Cancel);
        _time.Advance(TimeSpan.FromMinutes(1));
        ModelHistory retired = await registry.ChangeStageAsync(Reference("1.0.0"), ModelStage.Retired, "cleo", "1.1.0 is better", Cancel);

        ModelHistory found = (await registry.FindHistoryAsync("sum", "1.0.0", Cancel))!;
        Assert.Equal(retired.Changes, found.Changes);
        Assert.Equal(
            [
                new StageChange { Number = 1, From = ModelStage.Registered, Stage = ModelStage.Approved, At = Now.AddMinutes(1), By = "bob", Reason = "better on the holdout" },
                new StageChange { Number = 2, From = ModelStage.Approved, Stage = ModelStage.Retired, At = Now.AddMinutes(2), By = "cleo", Reason = "1.1.0 is better" },
            ],
            found.Changes);
        Assert.Equal(found.Changes, Assert.Single(await registry.ListHistoriesAsync(null, Cancel)).Changes);
        Assert.Equal(
            """
            {
              "number": 1,
              "from": "registered",
              "stage": "approved",
              "at": "2026-02-08T02:01:00+00:00",
              "by": "bob",
              "reason": "better on the holdout"
            }
            """.ReplaceLineEndings("\n"),
            System.Text.Encoding.UTF8.GetString((await root.Store.FindBytesAsync(root.Key("sum/1.0.0/history/0001.json"), Cancel))!));
    }

    [Fact]
    public async Task Approved_means_the_newest_version_that_is_approved_now()
    {
        ModelRegistry registry = await RegistryAsync(await RootAsync(inBlobs: false), "1.9.0", "1.10.0", "2.0.0");
        await AssertRefusedAsync(registry, "sum@approved", "No version of the model sum in", "Approve one, or name one: 2.0.0 (registered), 1.10.0 (registered), 1.9.0 (registered).");

        await registry.ChangeStageAsync(Reference("1.10.0"), ModelStage.Approved, "bob", null, Cancel);
        await registry.ChangeStageAsync(Reference("1.9.0"), ModelStage.Approved, "bob", null, Cancel);
        Assert.Equal("1.10.0", (await registry.ResolveAsync(Reference("approved"), Cancel)).Version);

        await registry.ChangeStageAsync(Reference("1.10.0"), ModelStage.Retired, "bob", "it drifts", Cancel);
        Assert.Equal("1.9.0", (await registry.ResolveAsync(Reference("approved"), Cancel)).Version);
    }

    [Theory]
    [InlineData(ModelStage.Retired)]
    [InlineData(ModelStage.Rejected)]
    public async Task A_version_that_was_taken_out_refuses_new_jobs_and_is_still_loaded_for_those_that_it_has(ModelStage stage)
    {
        ModelRegistry registry = await RegistryAsync(await RootAsync(inBlobs: false), "1.0.0", "1.1.0");
        PinnedModel pinned = await registry.ResolveAsync(Reference("1.0.0"), Cancel);
        await registry.ChangeStageAsync(Reference("1.0.0"), stage, "bob", "it drifts", Cancel);

        string word = StageNames.Of(stage);
        await AssertRefusedAsync(registry, "sum@1.0.0", $"sum@1.0.0 was {word} by bob at 2026-02-08 02:00:00Z (it drifts) and takes no new jobs", "No other version is approved either; approve one first.");
        await registry.ChangeStageAsync(Reference("1.1.0"), ModelStage.Approved, "bob", null, Cancel);
        await AssertRefusedAsync(registry, "sum@1.0.0", "sum@1.0.0 was", "Write sum@approved, which is 1.1.0 now.");
        (await registry.LoadAsync(pinned, Cancel)).Dispose();

        await registry.ChangeStageAsync(Reference("1.0.0"), ModelStage.Approved, "cleo", "the drift was in the data", Cancel);
        Assert.Equal(pinned, await registry.ResolveAsync(Reference("1.0.0"), Cancel));
    }

    [Theory]
    [InlineData("approved", "approved", "why", "is approved already")]
    [InlineData("approved", "rejected", "why", "Retire it")]
    [InlineData("retired", "rejected", "why", "nothing left to reject")]
    [InlineData("rejected", "retired", "why", "nothing left to retire")]
    [InlineData("approved", "retired", null, "without a reason")]
    [InlineData("registered", "rejected", "  ", "without a reason")]
    [InlineData("retired", "approved", null, "Give a reason")]
    public async Task A_step_that_makes_no_sense_is_refused_and_leaves_nothing(string from, string to, string? reason, string message)
    {
        ModelRegistry registry = await RegistryAsync(await RootAsync(inBlobs: false), "1.0.0");
        if (from != "registered")
            await registry.ChangeStageAsync(Reference("1.0.0"), Enum.Parse<ModelStage>(from, ignoreCase: true), "bob", "because", Cancel);
        IReadOnlyList<StageChange> before = (await registry.FindHistoryAsync("sum", "1.0.0", Cancel))!.Changes;

        BatchFunctionsException refusal = await Assert.ThrowsAsync<BatchFunctionsException>(
            () => registry.ChangeStageAsync(Reference("1.0.0"), Enum.Parse<ModelStage>(to, ignoreCase: true), "cleo", reason, Cancel));

        Assert.Equal(ErrorKind.Request, refusal.Kind);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, (await registry.FindHistoryAsync("sum", "1.0.0", Cancel))!.Changes);
    }

    [Fact]
    public async Task A_version_that_is_not_there_and_one_that_is_not_named_cannot_be_decided_about()
    {
        ModelRegistry registry = await RegistryAsync(await RootAsync(inBlobs: false), "1.0.0");

        foreach ((string version, string message) in (IEnumerable<(string, string)>)[("1.0.1", "Its versions are: 1.0.0 (registered)."), ("approved", "Name the version that is meant")])
        {
            BatchFunctionsException refusal = await Assert.ThrowsAsync<BatchFunctionsException>(() => registry.ChangeStageAsync(Reference(version), ModelStage.Approved, "bob", null, Cancel));
            Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_several_who_decide_at_once_one_has_decided_and_the_others_are_told(bool inBlobs)
    {
        StoreLocation root = await RootAsync(inBlobs);
        string[] versions = [.. Enumerable.Range(0, inBlobs ? 5 : 20).Select(i => $"{i}.0")];
        await RegistryAsync(root, versions);
        foreach (string version in versions)
        {
            using var start = new Barrier(4);
            Task<ModelHistory>[] racers = [.. Enumerable.Range(0, 4).Select(i => Task.Factory.StartNew(
                () =>
                {
                    var registry = new ModelRegistry(root, _time);
                    start.SignalAndWait(Cancel);
                    return registry.ChangeStageAsync(Reference(version), i % 2 == 0 ? ModelStage.Approved : ModelStage.Rejected, $"racer {i}", "because", Cancel);
                },
                Cancel,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default).Unwrap())];
            await Task.WhenAll(racers.Select(r => r.ContinueWith(_ => { }, TaskScheduler.Default)));

            // Whoever came after the winner may have seen the decision, and may have overturned it with a reason; nobody decided the same step.
            ModelHistory found = (await new ModelRegistry(root, _time).FindHistoryAsync("sum", version, Cancel))!;
            ModelHistory[] winners = [.. racers.Where(r => r.IsCompletedSuccessfully).Select(r => r.Result)];
            Assert.Equal(found.Changes.Select(c => c.By).Order(), winners.Select(w => w.Last!.By).Order());
            Assert.Equal(Enumerable.Range(1, found.Changes.Count), found.Changes.Select(c => c.Number));
            Assert.All(racers.Where(r => !r.IsCompletedSuccessfully), r =>
            {
                BatchFunctionsException told = Assert.IsType<BatchFunctionsException>(r.Exception!.InnerException);
                Assert.Equal(ErrorKind.Request, told.Kind);
                Assert.Contains("racer", told.Message, StringComparison.Ordinal);
            });
        }
    }

    [Fact]
    public async Task Whatever_is_decided_in_whatever_order_the_history_says_it_and_approved_follows_from_it()
    {
        string[] versions = ["1.0.0", "1.1.0", "2.0.0"];
        Gen<(int Version, ModelStage Stage, bool HasReason)> decision = Gen.Select(Gen.Int[0, 2], Gen.Int[1, 3].Select(i => (ModelStage)i), Gen.Bool);
        int round = 0;
        await decision.Array[1, 12].SampleAsync(
            async decisions =>
            {
                var root = new StoreLocation(new LocalObjectStore(_folder.Combine("properties")), $"{Interlocked.Increment(ref round)}");
                ModelRegistry registry = await RegistryAsync(root, versions);
                List<StageChange>[] expected = [[], [], []];
                foreach ((int version, ModelStage stage, bool hasReason) in decisions)
                {
                    try
                    {
                        expected[version].Add((await registry.ChangeStageAsync(Reference(versions[version]), stage, "ann", hasReason ? "because" : null, Cancel)).Last!);
                    }
                    catch (BatchFunctionsException refusal) when (refusal.Kind == ErrorKind.Request)
                    {
                    }
                }

                IReadOnlyList<ModelHistory> found = await registry.ListHistoriesAsync("sum", Cancel);
                Assert.Equal(expected, found.Select(h => h.Changes));
                for (int i = 0; i < versions.Length; i++)
                {
                    ModelStage[] stages = [ModelStage.Registered, .. expected[i].Select(c => c.Stage)];
                    Assert.Equal(stages[..^1], expected[i].Select(c => c.From));
                    Assert.DoesNotContain(stages.Zip(stages[1..]), step => step is (ModelStage.Approved, ModelStage.Rejected) || step.First == step.Second);
                    Assert.All(expected[i].Where(c => c.Stage != ModelStage.Approved), c => Assert.NotNull(c.Reason));
                    if (stages[^1] is ModelStage.Registered or ModelStage.Approved)
                        Assert.Equal(versions[i], (await registry.ResolveAsync(Reference(versions[i]), Cancel)).Version);
                    else
                        await Assert.ThrowsAsync<BatchFunctionsException>(() => registry.ResolveAsync(Reference(versions[i]), Cancel));
                }

                if (versions.LastOrDefault(v => expected[Array.IndexOf(versions, v)] is [.., { Stage: ModelStage.Approved }]) is { } newest)
                    Assert.Equal(newest, (await registry.ResolveAsync(Reference("approved"), Cancel)).Version);
                else
                    await Assert.ThrowsAsync<BatchFunctionsException>(() => registry.ResolveAsync(Reference("approved"), Cancel));
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public async Task A_history_with_a_hole_or_a_damaged_step_is_not_guessed_at()
    {
        StoreLocation root = await RootAsync(inBlobs: false);
        ModelRegistry registry = await RegistryAsync(root, "1.0.0");
        await registry.ChangeStageAsync(Reference("1.0.0"), ModelStage.Approved, "bob", null, Cancel);
        await registry.ChangeStageAsync(Reference("1.0.0"), ModelStage.Retired, "bob", "it drifts", Cancel);
        string first = _folder.Combine("models", "sum", "1.0.0", "history", "0001.json");

        await System.IO.File.WriteAllTextAsync(first, "{", Cancel);
        Assert.Equal(ErrorKind.Integrity, (await Assert.ThrowsAsync<BatchFunctionsException>(() => registry.ResolveAsync(Reference("approved"), Cancel))).Kind);
        System.IO.File.Delete(first);
        BatchFunctionsException hole = await Assert.ThrowsAsync<BatchFunctionsException>(() => registry.ResolveAsync(Reference("1.0.0"), Cancel));

        Assert.Equal(ErrorKind.Integrity, hole.Kind);
        Assert.Contains("sum/1.0.0/history/0001.json is gone", hole.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sum@latest")]
    [InlineData("sum@Latest")]
    [InlineData("sum@LATEST")]
    public void The_latest_version_is_refused_with_the_reason_and_with_what_to_write(string text)
    {
        foreach (Action parse in (Action[])[() => ModelReference.Parse(text), () => ModelRequest.Parse(text)])
        {
            BatchFunctionsException refusal = Assert.Throws<BatchFunctionsException>(parse);
            Assert.Equal($"'{text}' would score with whatever was registered last, approved or not. Write a version, or sum@approved.", refusal.Message);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static ModelReference Reference(string version) => new("sum", version);

    private static async Task AssertRefusedAsync(ModelRegistry registry, string reference, string start, string end)
    {
        BatchFunctionsException refusal = await Assert.ThrowsAsync<BatchFunctionsException>(() => registry.ResolveAsync(ModelReference.Parse(reference), Cancel));
        Assert.Equal(ErrorKind.Request, refusal.Kind);
        Assert.StartsWith(start, refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith(end, refusal.Message, StringComparison.Ordinal);
    }

    private async Task<StoreLocation> RootAsync(bool inBlobs) => inBlobs
        ? new StoreLocation(new AzureBlobObjectStore(await azurite.CreateContainerAsync(Cancel)), "models")
        : new StoreLocation(new LocalObjectStore(_folder.Path), "models");

    private async Task<ModelRegistry> RegistryAsync(StoreLocation root, params string[] versions)
    {
        var registry = new ModelRegistry(root, _time);
        foreach (string version in versions)
            await registry.RegisterAsync("sum", version, Bytes("sum"), Manifest, "ann", Cancel);
        return registry;
    }
}
