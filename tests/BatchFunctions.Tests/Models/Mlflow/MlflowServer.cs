using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BatchFunctions.Tests.Models.Mlflow;

/// <summary>As much of an MLflow server as is asked of it, on a loopback port of its own.</summary>
internal sealed class MlflowServer : IDisposable
{
    private readonly HttpListener _listener;
    private readonly Task _serving;

    public MlflowServer()
    {
        (_listener, Uri) = Listen();
        _serving = ServeAsync();
    }

    public string Uri { get; }

    /// <summary>The token that it wants; null for none.</summary>
    public string? Token { get; set; }

    /// <summary>Answers by path and query, with their status.</summary>
    public ConcurrentDictionary<string, (int Status, byte[] Body)> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>Paths that are never answered.</summary>
    public ConcurrentBag<string> Silent { get; } = [];

    /// <summary>What was asked for, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public void Answer(string pathAndQuery, string json, int status = 200) => Answers[pathAndQuery] = (status, Encoding.UTF8.GetBytes(json));

    /// <summary>A version as MLflow shows it, with its files in the server's artifact proxy.</summary>
    public void Publish(string name, string version, byte[] onnx, string? manifest = null, string folder = "1/models/m-1/artifacts")
    {
        string query = $"name={System.Uri.EscapeDataString(name)}&version={version}";
        Answer($"/api/2.0/mlflow/model-versions/get?{query}", VersionJson(name, version));
        Answer($"/api/2.0/mlflow/model-versions/get-download-uri?{query}", $$"""{ "artifact_uri": "mlflow-artifacts:/{{folder}}" }""");
        PutFile($"{folder}/MLmodel", Encoding.UTF8.GetBytes(
            """
            artifact_path: model
            flavors:
              onnx:
                data: model.onnx
                onnx_version: 1.16.0
                providers: [CUDAExecutionProvider, CPUExecutionProvider]
              python_function: { loader_module: mlflow.onnx, data: model.onnx, env: { conda: conda.yaml } }
            model_uuid: 3f0b
            signature: { inputs: '[{"type": "tensor"}]' }
            """));
        PutFile($"{folder}/model.onnx", onnx);
        if (manifest is not null)
            PutFile($"{folder}/manifest.yaml", Encoding.UTF8.GetBytes(manifest));
    }

    /// <summary>Lets an alias mean a version.</summary>
    public void Alias(string name, string alias, string version) =>
        Answer($"/api/2.0/mlflow/registered-models/alias?name={System.Uri.EscapeDataString(name)}&alias={alias}", VersionJson(name, version));

    public void PutFile(string path, byte[] content) => Answers[$"/api/2.0/mlflow-artifacts/artifacts/{path}"] = (200, content);

    /// <summary>Answers nobody any more.</summary>
    public void Dispose()
    {
        if (_serving.IsCompleted)
            return;
        _listener.Close();
        _serving.Wait();
    }

    private static string VersionJson(string name, string version) =>
        $$"""{ "model_version": { "name": "{{name}}", "version": "{{version}}", "creation_timestamp": 1770508800000, "current_stage": "None", "status": "READY", "run_id": "run-{{version}}", "aliases": [] } }""";

    // A listener of this kind takes no free port by itself.
    private static (HttpListener Listener, string Uri) Listen()
    {
        for (int attempt = 0; ; attempt++)
        {
            var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            int port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            var listener = new HttpListener();
            string uri = $"http://127.0.0.1:{port}/";
            listener.Prefixes.Add(uri);
            try
            {
                listener.Start();
                return (listener, uri);
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                listener.Close();
            }
        }
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            string asked = context.Request.RawUrl!;
            Asked.Enqueue(asked);
            if (!Silent.Contains(asked))
                await AnswerAsync(context, asked);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context, string asked)
    {
        (int status, byte[] body) = Token is not null && context.Request.Headers["Authorization"] != $"Bearer {Token}"
            ? (401, "Unauthorized"u8.ToArray())
            : Answers.TryGetValue(asked, out (int, byte[]) answer) ? answer : (404, """{ "error_code": "RESOURCE_DOES_NOT_EXIST", "message": "It is not here." }"""u8.ToArray());
        context.Response.StatusCode = status;
        context.Response.ContentType = body is [(byte)'{', ..] ? "application/json" : "application/octet-stream";
        context.Response.ContentLength64 = body.Length;
        try
        {
            await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
        catch (HttpListenerException)
        {
            // Whoever asked has gone.
        }
    }
}
