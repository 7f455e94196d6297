using System.Text;
using BatchFunctions.Models;
using BatchFunctions.Storage;
using BatchFunctions.TestSupport;
using static BatchFunctions.Tests.Models.TinyModels;

namespace BatchFunctions.Tests.Models.Mlflow;

public sealed class MlflowModelTests : IDisposable
{
    private const string Manifest = "features: [a, b, c]\n";
    private const string Get = "/api/2.0/mlflow/model-versions/get?name=Churn%20model&version=3";
    private const string DownloadUri = "/api/2.0/mlflow/model-versions/get-download-uri?name=Churn%20model&version=3";
    private const string OnnxFile = "/api/2.0/mlflow-artifacts/artifacts/1/models/m-1/artifacts/model.onnx";

    private readonly TemporaryFolder _folder = new();
    private readonly MlflowServer _server = new();
    private readonly ModelRegistry _registry;
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    public MlflowModelTests()
    {
        _registry = new ModelRegistry(new StoreLocation(new LocalObjectStore(_folder.Path), ""));
        _variables["MLFLOW_TRACKING_URI"] = _server.Uri;
        _server.Publish("Churn model", "3", Bytes("sum"), Manifest);
        _server.Alias("Churn model", "champion", "3");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("models:/Churn model/3")]
    [InlineData("models:/Churn model@champion")]
    public async Task A_version_is_copied_once_and_scored_with_from_then_on(string reference)
    {
        ModelHistory resolved = await ResolveAsync(reference);

        Assert.Equal(("churn-model", "mlflow-3"), (resolved.Version.Name, resolved.Version.Version));
        Assert.Equal(new ModelOrigin(_server.Uri, "Churn model", "3", "run-3"), resolved.Version.Origin);
        using (ModelSession session = await _registry.LoadAsync(resolved.Version.Pin(), Cancel))
            Assert.Equal(["a", "b", "c"], session.Signature.Features.Select(f => f.Name));
        Assert.Equal(resolved.Version, await _registry.FindAsync("churn-model", "mlflow-3", Cancel));

        // What becomes of the files over there does not matter any more.
        _server.PutFile("1/models/m-1/artifacts/model.onnx", Bytes("network"));
        Assert.Equal(resolved.Version, (await ResolveAsync(reference)).Version);
        Assert.Single(_server.Asked, OnnxFile);
    }

    [Fact]
    public async Task An_alias_that_moves_gives_the_next_job_another_version()
    {
        PinnedModel before = (await ResolveAsync("models:/Churn model@champion")).Version.Pin();
        _server.Publish("Churn model", "4", Bytes("sum"), "features: [x, y, z]\n", folder: "1/models/m-2/artifacts");
        _server.Alias("Churn model", "champion", "4");

        Assert.Equal("mlflow-4", (await ResolveAsync("models:/Churn model@champion")).Version.Version);
        (await _registry.LoadAsync(before, Cancel)).Dispose();
    }

    [Fact]
    public async Task A_model_without_a_manifest_says_itself_what_it_takes()
    {
        _server.Publish("telling", "1", Bytes("columns"), folder: "2/artifacts");

        ModelHistory resolved = await ResolveAsync("models:/telling/1");

        using ModelSession session = await _registry.LoadAsync(resolved.Version.Pin(), Cancel);
        Assert.NotEmpty(session.Signature.Features);
    }

    [Fact]
    public async Task A_copy_that_was_retired_takes_no_new_jobs()
    {
        ModelHistory resolved = await ResolveAsync("models:/Churn model/3");
        await _registry.ChangeStageAsync(new("churn-model", "mlflow-3"), ModelStage.Retired, "bob", "it drifts", Cancel);

        await AssertRefusedAsync("models:/Churn model/3", ErrorKind.Request, "churn-model@mlflow-3 was retired by bob");
        (await _registry.LoadAsync(resolved.Version.Pin(), Cancel)).Dispose();
    }

    [Fact]
    public async Task Jobs_that_copy_the_same_version_at_once_get_the_same()
    {
        ModelHistory[] resolved = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => ResolveAsync("models:/Churn model/3"), Cancel)));

        Assert.Single(resolved.Select(r => r.Version).Distinct());
        Assert.Single(await _registry.ListAsync(null, Cancel));
    }

    [Theory]
    [InlineData("models:/Churn model/latest", "would score with whatever was registered last")]
    [InlineData("models:/Churn model/Latest", "would score with whatever was registered last")]
    [InlineData("models:/Churn model@latest", "would score with whatever was registered last")]
    [InlineData("models:/Churn model/Production", "names a stage, which may hold several versions")]
    [InlineData("models:/Churn model", "is no model of an MLflow registry")]
    [InlineData("models:/Churn model/3/4", "is no model of an MLflow registry")]
    [InlineData("models:/m-0123456789abcdef", "is no model of an MLflow registry")]
    [InlineData("models:/Churn model/4", "has no models:/Churn model/4. Check the name and the version.")]
    [InlineData("models:/Churn model@challenger", "has no models:/Churn model@challenger. Check the name and the alias.")]
    [InlineData("models:/???/1", "has no models:/???/1")]
    public async Task What_is_no_one_version_is_refused(string reference, string message) =>
        await AssertRefusedAsync(reference, ErrorKind.Request, message);

    [Fact]
    public async Task Without_the_token_nobody_is_let_in_and_the_token_is_never_shown()
    {
        _server.Token = "s3cret";
        await AssertRefusedAsync("models:/Churn model/3", ErrorKind.Environment, "(401). Set MLFLOW_TRACKING_TOKEN");
        _variables["MLFLOW_TRACKING_TOKEN"] = "wr0ng";
        Assert.DoesNotContain("wr0ng", (await AssertRefusedAsync("models:/Churn model/3", ErrorKind.Environment, "(401)")).ToString(), StringComparison.Ordinal);

        _variables["MLFLOW_TRACKING_TOKEN"] = "s3cret";
        Assert.Equal("mlflow-3", (await ResolveAsync("models:/Churn model/3")).Version.Version);
    }

    [Fact]
    public async Task A_password_in_the_address_stays_there()
    {
        _server.Token = "s3cret";
        _variables["MLFLOW_TRACKING_URI"] = _server.Uri.Replace("http://", "http://ann:passw0rd@", StringComparison.Ordinal);

        BatchFunctionsException refusal = await AssertRefusedAsync("models:/Churn model/3", ErrorKind.Environment, "(401)");

        Assert.DoesNotContain("passw0rd", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Get)]
    [InlineData(OnnxFile)]
    public async Task A_server_that_does_not_answer_is_given_up_and_may_be_asked_again(string silent)
    {
        _server.Silent.Add(silent);
        _variables["MLFLOW_HTTP_REQUEST_TIMEOUT"] = "0.2";

        await AssertRefusedAsync("models:/Churn model/3", ErrorKind.Transient, "did not answer within 0.2 seconds");

        Assert.Empty(await _registry.ListAsync(null, Cancel));
    }

    [Fact]
    public async Task Whoever_waits_for_a_slow_server_can_stop_waiting()
    {
        _server.Silent.Add(OnnxFile);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task<ModelHistory> resolving = ResolveAsync("models:/Churn model/3", stop.Token);
        while (!_server.Asked.Contains(OnnxFile))
            await Task.Yield();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resolving);
        Assert.Empty(await _registry.ListAsync(null, Cancel));
    }

    [Theory]
    [InlineData(500, ErrorKind.Transient, "cannot answer for now (500). It says: Trouble.")]
    [InlineData(429, ErrorKind.Transient, "cannot answer for now (429)")]
    [InlineData(403, ErrorKind.Environment, "does not allow this (403)")]
    [InlineData(400, ErrorKind.Request, "refuses the request (400). It says: Trouble.")]
    [InlineData(302, ErrorKind.Request, "sends one elsewhere (302)")]
    public async Task What_the_server_says_is_told(int status, ErrorKind kind, string message)
    {
        _server.Answer(Get, """{ "error_code": "X", "message": "Trouble." }""", status);

        await AssertRefusedAsync("models:/Churn model/3", kind, message);
    }

    [Fact]
    public async Task A_server_that_is_not_there_may_be_there_later()
    {
        _server.Dispose();

        await AssertRefusedAsync("models:/Churn model/3", ErrorKind.Transient, "cannot be reached");
    }

    [Fact]
    public async Task A_file_that_is_no_ONNX_model_is_not_registered()
    {
        _server.PutFile("1/models/m-1/artifacts/model.onnx", "a pickle, perhaps"u8.ToArray());

        await AssertRefusedAsync("models:/Churn model/3", ErrorKind.Request, $"models:/Churn model/3 of {_server.Uri} cannot be used: ");

        Assert.Empty(await _registry.ListAsync(null, Cancel));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("flavors: { sklearn: { pickled_model: model.pkl }, python_function: { env: conda.yaml } }", "is no ONNX model; it has the flavors sklearn, python_function.")]
    [InlineData("artifact_path: model", "names no flavors")]
    [InlineData("flavors: { onnx: { data: ../../secret } }", "which is no path below its folder")]
    [InlineData("flavors: { onnx: { data: absent.onnx } }", "has no file absent.onnx")]
    [InlineData("flavors: [", "is no YAML")]
    public async Task What_is_no_ONNX_model_of_MLflow_is_told_by_what_it_is(string description, string message)
    {
        _server.PutFile("1/models/m-1/artifacts/MLmodel", Encoding.UTF8.GetBytes(description));

        await AssertRefusedAsync("models:/Churn model/3", ErrorKind.Request, message);
    }

    [Theory]
    [InlineData("""{ "artifact_uri": "s3://bucket/1/artifacts" }""", "are in s3://bucket/1/artifacts, which only MLflow's own clients can read")]
    [InlineData("""{ "artifact_uri": "mlflow-artifacts://elsewhere.example/1/artifacts" }""", "which only MLflow's own clients can read")]
    [InlineData("""{ "artifact_uri": "http://127.0.0.1:1/api/2.0/mlflow-artifacts/artifacts/1" }""", "which only MLflow's own clients can read")]
    [InlineData("{}", "no place that it tells")]
    [InlineData("<html>", "does not answer as an MLflow server does")]
    public async Task Files_that_another_server_has_are_not_fetched(string answer, string message)
    {
        _server.Answer(DownloadUri, answer);

        await AssertRefusedAsync("models:/Churn model/3", ErrorKind.Request, message);
    }

    [Theory]
    [InlineData("PENDING_REGISTRATION", "3", "which is PENDING_REGISTRATION")]
    [InlineData("READY", "../../3", "is version '../../3', which is no version's number")]
    public async Task A_version_that_cannot_be_used_is_refused(string status, string version, string message)
    {
        _server.Answer(Get, $$"""{ "model_version": { "name": "Churn model", "version": "{{version}}", "status": "{{status}}" } }""");

        await AssertRefusedAsync("models:/Churn model/3", ErrorKind.Request, message);
    }

    [Fact]
    public async Task Two_models_that_would_get_one_name_are_not_mixed_up()
    {
        await ResolveAsync("models:/Churn model/3");
        _server.Publish("churn-model", "3", Bytes("sum"), Manifest, folder: "9/artifacts");

        await AssertRefusedAsync("models:/churn-model/3", ErrorKind.Request, $"but it is that of models:/Churn model/3 of {_server.Uri}");
    }

    [Theory]
    [InlineData(null, "Set MLFLOW_TRACKING_URI to its address")]
    [InlineData("file:///mlruns", "MLFLOW_TRACKING_URI is no http or https address")]
    [InlineData("databricks", "MLFLOW_TRACKING_URI is no http or https address")]
    public async Task Without_a_server_nothing_is_resolved(string? uri, string message)
    {
        _variables.Remove("MLFLOW_TRACKING_URI");
        if (uri is not null)
            _variables["MLFLOW_TRACKING_URI"] = uri;

        await AssertRefusedAsync("models:/Churn model/3", ErrorKind.Request, message);
    }

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    private Task<ModelHistory> ResolveAsync(string reference, CancellationToken? cancellationToken = null) =>
        ModelRequest.Parse(reference).ResolveAsync(_registry, name => _variables.GetValueOrDefault(name), cancellationToken ?? Cancel);

    private async Task<BatchFunctionsException> AssertRefusedAsync(string reference, ErrorKind kind, string message)
    {
        BatchFunctionsException refusal = await Assert.ThrowsAsync<BatchFunctionsException>(() => ResolveAsync(reference));
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(kind, refusal.Kind);
        return refusal;
    }
}
