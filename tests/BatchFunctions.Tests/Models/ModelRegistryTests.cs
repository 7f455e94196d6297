using System.Security.Cryptography;
using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Storage;
using BatchFunctions.TestSupport;
using Microsoft.Extensions.Time.Testing;
using static BatchFunctions.Tests.Models.TinyModels;

namespace BatchFunctions.Tests.Models;

public sealed class ModelRegistryTests : IDisposable
{
    private const string Manifest = "features: [a, b, c]\n";
    private static readonly DateTimeOffset Now = new(2026, 2, 8, 2, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("models-").FullName;
    private readonly ModelRegistry _registry;

    public ModelRegistryTests() => _registry = new(new StoreLocation(new LocalObjectStore(_folder), "models"), new FakeTimeProvider(Now));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_registered_version_is_found_resolved_and_loaded()
    {
        ModelVersion registered = await _registry.RegisterAsync("sum", "1.0.0", Bytes("sum"), Manifest, "ann", Cancel);

        Assert.Equal(new ModelVersion("sum", "1.0.0", Digest(Bytes("sum")), Digest(File("sum", "1.0.0", "manifest.yaml")), Bytes("sum").Length, Now, "ann"), registered);
        Assert.Equal(registered, await _registry.FindAsync("sum", "1.0.0", Cancel));
        Assert.Equal(registered.Pin(), await _registry.ResolveAsync(ModelReference.Parse("sum@1.0.0"), Cancel));
        Assert.Equal(Bytes("sum"), File("sum", "1.0.0", "model.onnx"));
        using ModelSession session = await _registry.LoadAsync(registered.Pin(), Cancel);
        Assert.Equal(["a", "b", "c"], session.Signature.Features.Select(f => f.Name));
        Assert.Equal("sum@1.0.0", session.Signature.Model);
    }

    [Fact]
    public async Task Registrations_are_written_in_the_files_own_words()
    {
        await _registry.RegisterAsync("sum", "1.0.0", Bytes("sum"), Manifest, "ann", Cancel);

        Assert.Equal(
            $$"""
            {
              "name": "sum",
              "version": "1.0.0",
              "sha256": "{{Digest(Bytes("sum"))}}",
              "manifest_sha256": "{{Digest(File("sum", "1.0.0", "manifest.yaml"))}}",
              "bytes": 142,
              "registered_at": "2026-02-08T02:00:00+00:00",
              "registered_by": "ann"
            }
            """.ReplaceLineEndings("\n"),
            System.Text.Encoding.UTF8.GetString(File("sum", "1.0.0", "registration.json")));
    }

    [Fact]
    public async Task Versions_are_listed_in_the_order_of_their_numbers()
    {
        foreach ((string name, string version) in new[] { ("sum", "1.10.0"), ("logarithm", "2"), ("sum", "1.9.0"), ("sum", "2.0.0"), ("sum", "2.0.0-rc1") })
            await _registry.RegisterAsync(name, version, Bytes(name), name == "sum" ? Manifest : null, "ann", Cancel);

        Assert.Equal(["logarithm@2", "sum@1.9.0", "sum@1.10.0", "sum@2.0.0-rc1", "sum@2.0.0"], (await _registry.ListAsync(null, Cancel)).Select(v => $"{v.Name}@{v.Version}"));
        Assert.Equal(["2"], (await _registry.ListAsync("logarithm", Cancel)).Select(v => v.Version));
        Assert.Empty(await _registry.ListAsync("su", Cancel));
    }

    [Theory]
    [InlineData("classifier", "features: [u, v]")]
    [InlineData("columns", null)]
    [InlineData("zipmap", "features: [u, v]")]
    public async Task What_a_model_says_of_itself_is_written_down_and_means_the_same(string model, string? manifest)
    {
        ModelVersion given = await _registry.RegisterAsync(model, "1", Bytes(model), manifest, "ann", Cancel);
        using ModelSession first = await _registry.LoadAsync(given.Pin(), Cancel);
        ModelManifest written = ModelManifest.Parse(ManifestText.Of(first.Describe() with { Name = model, Version = "1" }));

        using ModelSession second = ModelSession.Load(Bytes(model), written);

        Assert.Equivalent(first.Signature, second.Signature, strict: true);
    }

    [Fact]
    public async Task Telcos_linear_pipeline_needs_no_manifest()
    {
        Telco.SkipUnlessPresent();
        ModelVersion registered = await _registry.RegisterAsync("telco", "1", Telco.Model("linear"), null, "ann", Cancel);

        using ModelSession session = await _registry.LoadAsync(registered.Pin(), Cancel);
        Assert.Contains("{ name: TotalCharges, type: float64, input: TotalCharges, missing: nan }", await _registry.ReadManifestAsync(registered.Pin(), Cancel), StringComparison.Ordinal);
        Assert.Equal(["0", "1"], session.Signature.Classes);
    }

    [Fact]
    public async Task A_version_never_changes()
    {
        await _registry.RegisterAsync("sum", "1.0.0", Bytes("sum"), Manifest, "ann", Cancel);

        BatchFunctionsException refusal = await Assert.ThrowsAsync<BatchFunctionsException>(() => _registry.RegisterAsync("sum", "1.0.0", Bytes("sum"), Manifest, "bob", Cancel));

        Assert.Equal(ErrorKind.Request, refusal.Kind);
        Assert.Equal("sum@1.0.0 is registered already, by ann at 2026-02-08 02:00:00Z, and a version never changes. Take another version.", refusal.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_two_who_register_the_same_version_one_wins_whole(bool sameBytes)
    {
        for (int round = 0; round < 20; round++)
        {
            string version = $"{round}";
            string[] manifests = [Manifest, sameBytes ? Manifest : "features: [d, e, f]\n"];
            Task<ModelVersion>[] racers = [.. manifests.Select((m, i) => Task.Run(() => _registry.RegisterAsync("sum", version, Bytes("sum"), m, $"racer {i}", Cancel), Cancel))];
            await Task.WhenAll(racers.Select(r => r.ContinueWith(_ => { }, TaskScheduler.Default)));

            Task<ModelVersion> winner = Assert.Single(racers, r => r.IsCompletedSuccessfully);
            Assert.All(racers.Where(r => r != winner), r => Assert.Equal(ErrorKind.Request, Assert.IsType<BatchFunctionsException>(r.Exception!.InnerException).Kind));
            Assert.Equal(await winner, await _registry.FindAsync("sum", version, Cancel));
            (await _registry.LoadAsync((await winner).Pin(), Cancel)).Dispose();
        }
    }

    [Fact]
    public async Task A_registration_that_was_cut_off_does_not_exist_and_can_be_finished()
    {
        Write("sum", "1.0.0", "model.onnx", Bytes("sum"));
        Assert.Empty(await _registry.ListAsync(null, Cancel));
        Assert.Null(await _registry.FindAsync("sum", "1.0.0", Cancel));

        await _registry.RegisterAsync("sum", "1.0.0", Bytes("sum"), Manifest, "ann", Cancel);

        Assert.Single(await _registry.ListAsync(null, Cancel));
    }

    [Fact]
    public async Task A_registration_that_was_cut_off_is_not_overwritten_by_another_model()
    {
        Write("sum", "1.0.0", "model.onnx", Bytes("network"));

        BatchFunctionsException refusal = await Assert.ThrowsAsync<BatchFunctionsException>(() => _registry.RegisterAsync("sum", "1.0.0", Bytes("sum"), Manifest, "ann", Cancel));

        Assert.Contains("was left unfinished with another model.onnx", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(Bytes("network"), File("sum", "1.0.0", "model.onnx"));
    }

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("manifest.yaml")]
    public async Task A_changed_byte_is_found_and_the_file_named(string file)
    {
        ModelVersion registered = await _registry.RegisterAsync("sum", "1.0.0", Bytes("sum"), Manifest, "ann", Cancel);
        byte[] bytes = File("sum", "1.0.0", file);
        bytes[^1] ^= 1;
        Write("sum", "1.0.0", file, bytes);

        BatchFunctionsException refusal = await Assert.ThrowsAsync<BatchFunctionsException>(() => _registry.LoadAsync(registered.Pin(), Cancel));

        Assert.Equal(ErrorKind.Integrity, refusal.Kind);
        Assert.Contains($"sum/1.0.0/{file} is not what was registered as sum@1.0.0: its SHA-256 is {Digest(bytes)}, not {(file == "model.onnx" ? registered.Sha256 : registered.ManifestSha256)}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_gone_is_named()
    {
        ModelVersion registered = await _registry.RegisterAsync("sum", "1.0.0", Bytes("sum"), Manifest, "ann", Cancel);
        System.IO.File.Delete(PathOf("sum", "1.0.0", "model.onnx"));

        BatchFunctionsException refusal = await Assert.ThrowsAsync<BatchFunctionsException>(() => _registry.LoadAsync(registered.Pin(), Cancel));

        Assert.Equal(ErrorKind.Integrity, refusal.Kind);
        Assert.Contains("sum/1.0.0/model.onnx is gone", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sum@1.0.1", "There is no version 1.0.1 of the model sum in", "Its versions are: 1.1.0 (registered), 1.0.0 (registered).")]
    [InlineData("sums@1.0.0", "There is no model sums in", "Did you mean sum?")]
    [InlineData("other@1.0.0", "There is no model other in", "Its models are: sum.")]
    [InlineData("sum@approved", "No version of the model sum in", "is approved. Approve one, or name one: 1.1.0 (registered), 1.0.0 (registered).")]
    public async Task What_is_not_there_is_answered_with_what_is(string reference, string start, string end)
    {
        await _registry.RegisterAsync("sum", "1.0.0", Bytes("sum"), Manifest, "ann", Cancel);
        await _registry.RegisterAsync("sum", "1.1.0", Bytes("sum"), Manifest, "ann", Cancel);

        BatchFunctionsException refusal = await Assert.ThrowsAsync<BatchFunctionsException>(() => _registry.ResolveAsync(ModelReference.Parse(reference), Cancel));

        Assert.Equal(ErrorKind.Request, refusal.Kind);
        Assert.StartsWith(start, refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith(end, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sum", "approved", "", "A version cannot be called 'approved'")]
    [InlineData("Sum", "1.0.0", "", "is no model reference")]
    [InlineData("../sum", "1.0.0", "", "is no model reference")]
    [InlineData("sum", "1.0.0", "features: [a, b]", "takes 3 features, and the manifest has 2")]
    [InlineData("sum", "1.0.0", "name: product", "The manifest is of the model product, not of sum.")]
    [InlineData("sum", "1.0.0", "version: 2.0.0", "The manifest is of version 2.0.0 of the model sum, not of 1.0.0.")]
    public async Task What_cannot_be_scored_with_is_not_registered(string name, string version, string manifest, string message)
    {
        BatchFunctionsException refusal = await Assert.ThrowsAsync<BatchFunctionsException>(() => _registry.RegisterAsync(name, version, Bytes("sum"), manifest, "ann", Cancel));

        Assert.Equal(ErrorKind.Request, refusal.Kind);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "models")) && Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Any());
    }

    [Fact]
    public async Task Workers_share_one_session_and_a_failed_load_is_tried_again()
    {
        PinnedModel model = (await _registry.RegisterAsync("sum", "1.0.0", Bytes("sum"), Manifest, "ann", Cancel)).Pin();
        using ModelSessionCache cache = new();
        Write("sum", "1.0.0", "model.onnx", [1, 2, 3]);
        await Assert.ThrowsAsync<BatchFunctionsException>(() => cache.AcquireAsync(_registry, model, Cancel));
        Write("sum", "1.0.0", "model.onnx", Bytes("sum"));

        ModelSessionLease[] leases = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => cache.AcquireAsync(_registry, model, Cancel)));

        Assert.Single(leases.Select(l => l.Session).Distinct());
        foreach (ModelSessionLease lease in leases)
            lease.Dispose();
        using ModelSessionLease again = await cache.AcquireAsync(_registry, model, Cancel);
        Assert.Same(leases[0].Session, again.Session);
    }

    [Fact]
    public async Task The_least_recently_used_session_goes_when_nobody_uses_it()
    {
        PinnedModel[] models = new PinnedModel[3];
        for (int i = 0; i < models.Length; i++)
            models[i] = (await _registry.RegisterAsync("sum", $"{i}", Bytes("sum"), Manifest, "ann", Cancel)).Pin();
        using ModelSessionCache cache = new(idleSessions: 1);
        using ModelSessionLease held = await cache.AcquireAsync(_registry, models[0], Cancel);
        ModelSession[] passing = new ModelSession[3];
        for (int i = 1; i < 3; i++)
        {
            using ModelSessionLease lease = await cache.AcquireAsync(_registry, models[i], Cancel);
            passing[i] = lease.Session;
        }

        using ModelSessionLease stayed = await cache.AcquireAsync(_registry, models[2], Cancel);
        using ModelSessionLease reloaded = await cache.AcquireAsync(_registry, models[1], Cancel);
        using ModelSessionLease heldToo = await cache.AcquireAsync(_registry, models[0], Cancel);

        Assert.Same(passing[2], stayed.Session);
        Assert.NotSame(passing[1], reloaded.Session);
        Assert.Same(held.Session, heldToo.Session);
        Assert.Equal([6f], Values<float>(Score(held.Session, Batches.Of(("a", DataType.Float64, [1.0]), ("b", DataType.Float64, [2.0]), ("c", DataType.Float64, [3.0]))).Score));
    }

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private string PathOf(string name, string version, string file) => Path.Combine(_folder, "models", name, version, file);

    private byte[] File(string name, string version, string file) => System.IO.File.ReadAllBytes(PathOf(name, version, file));

    private void Write(string name, string version, string file, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name, version, file))!);
        System.IO.File.WriteAllBytes(PathOf(name, version, file), content);
    }
}
