using System.Buffers;
using System.Net;
using System.Text.Json;

namespace BatchFunctions.Models.Mlflow;

/// <summary>
/// The few calls of MLflow's REST API that it takes to find a version of a model and to fetch its files
/// (https://mlflow.org/docs/latest/rest-api.html, and the artifact proxy of <c>mlflow server</c>).
/// </summary>
internal sealed class MlflowClient : IDisposable
{
    /// <summary>The longest answer that is read, 1 MiB: descriptions and tags come with it.</summary>
    private const int MaxAnswer = 1 << 20;

    private const string Api = "api/2.0/mlflow/";
    private const string ArtifactProxy = "api/2.0/mlflow-artifacts/artifacts/";
    private readonly MlflowSettings _settings;
    private readonly HttpClient _http;

    public MlflowClient(MlflowSettings settings)
    {
        _settings = settings;

        // A redirect could lead the token to another machine.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = settings.Server,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Authorization = settings.Authorization;
    }

    /// <summary>The version that a reference means, or null where there is none.</summary>
    public async Task<MlflowModelVersion?> FindAsync(MlflowReference reference, CancellationToken cancellationToken)
    {
        string path = reference.Alias is { } alias
            ? $"registered-models/alias?name={Uri.EscapeDataString(reference.Name)}&alias={Uri.EscapeDataString(alias)}"
            : $"model-versions/get?name={Uri.EscapeDataString(reference.Name)}&version={reference.Version}";
        return (await AskAsync(path, cancellationToken))?.ModelVersion;
    }

    /// <summary>Where the files of a version are, or null where the server does not know.</summary>
    public async Task<string?> FindArtifactsAsync(MlflowModelVersion version, CancellationToken cancellationToken) =>
        (await AskAsync($"model-versions/get-download-uri?name={Uri.EscapeDataString(version.Name)}&version={Uri.EscapeDataString(version.Version)}", cancellationToken))?.ArtifactUri;

    /// <summary>The path in the server's artifact proxy that an artifact address means, or null where it is not the server that has it.</summary>
    public string? ProxiedPathOf(string artifacts)
    {
        if (!Uri.TryCreate(artifacts, UriKind.Absolute, out Uri? uri))
            return null;
        string path = uri.AbsolutePath;
        string proxy = $"{_settings.Server.AbsolutePath}{ArtifactProxy}";
        bool isServer = uri.Host.Length == 0 || (uri.Host == _settings.Server.Host && (uri.IsDefaultPort || uri.Port == _settings.Server.Port));
        return uri.Scheme switch
        {
            "mlflow-artifacts" when isServer => Uri.UnescapeDataString(path).Trim('/'),
            "http" or "https" when isServer && path.StartsWith(proxy, StringComparison.Ordinal) => Uri.UnescapeDataString(path[proxy.Length..]).Trim('/'),
            _ => null,
        };
    }

    /// <summary>A file of the artifact proxy, or null where there is none.</summary>
    /// <param name="path">Its path there.</param>
    /// <param name="maxBytes">How long it may be.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    public Task<byte[]?> FindFileAsync(string path, long maxBytes, CancellationToken cancellationToken) =>
        GetAsync(ArtifactProxy + string.Join('/', path.Split('/').Select(Uri.EscapeDataString)), maxBytes, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<MlflowAnswer?> AskAsync(string path, CancellationToken cancellationToken)
    {
        byte[]? bytes = await GetAsync(Api + path, MaxAnswer, cancellationToken);
        try
        {
            return bytes is null ? null : JsonSerializer.Deserialize(bytes, MlflowJson.Default.MlflowAnswer);
        }
        catch (JsonException exception)
        {
            throw new BatchFunctionsException(ErrorKind.Request, $"{_settings.Server} does not answer as an MLflow server does. Check MLFLOW_TRACKING_URI.", exception);
        }
    }

    private async Task<byte[]?> GetAsync(string path, long maxBytes, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_settings.Timeout);
        try
        {
            using HttpResponseMessage response = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.IsSuccessStatusCode)
                return await ReadAsync(response, maxBytes, limit);
            return response.StatusCode == HttpStatusCode.NotFound ? null : throw Refusal(response.StatusCode, await ReasonAsync(response, limit));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BatchFunctionsException(ErrorKind.Transient, FormattableString.Invariant($"{_settings.Server} did not answer within {_settings.Timeout.TotalSeconds:0.###} seconds. MLFLOW_HTTP_REQUEST_TIMEOUT can give it more."));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new BatchFunctionsException(ErrorKind.Transient, $"{_settings.Server} cannot be reached: {exception.Message}", exception);
        }
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, long maxBytes, CancellationTokenSource limit)
    {
        if (response.Content.Headers.ContentLength > maxBytes)
            throw TooLong(response, maxBytes);
        await using Stream stream = await response.Content.ReadAsStreamAsync(limit.Token);
        using var bytes = new MemoryStream((int)(response.Content.Headers.ContentLength ?? 0));
        byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer, limit.Token)) > 0;)
            {
                if (bytes.Length + read > maxBytes)
                    throw TooLong(response, maxBytes);
                bytes.Write(buffer, 0, read);

                // A long file may take longer than an answer, as long as it goes on.
                limit.CancelAfter(_settings.Timeout);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return bytes.ToArray();
    }

    private static async Task<string?> ReasonAsync(HttpResponseMessage response, CancellationTokenSource limit)
    {
        if (response.Content.Headers.ContentLength is null or > MaxAnswer || response.Content.Headers.ContentType?.MediaType != "application/json")
            return null;
        try
        {
            return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(limit.Token), MlflowJson.Default.MlflowAnswer)?.Message;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private BatchFunctionsException Refusal(HttpStatusCode status, string? reason)
    {
        string said = reason is null ? "" : $" It says: {reason}";
        return status switch
        {
            HttpStatusCode.Unauthorized => new(ErrorKind.Environment, $"{_settings.Server} does not let anyone in without credentials, or not with these (401). Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.{said}"),
            HttpStatusCode.Forbidden => new(ErrorKind.Environment, $"{_settings.Server} does not allow this (403). Its administrator has to let the credentials of MLFLOW_TRACKING_TOKEN read the model.{said}"),
            HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => new(ErrorKind.Transient, $"{_settings.Server} cannot answer for now ({(int)status}).{said}"),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => new(ErrorKind.Request, $"{_settings.Server} sends one elsewhere ({(int)status}), which is not followed. Set MLFLOW_TRACKING_URI to the address that it leads to."),
            _ => new(ErrorKind.Request, $"{_settings.Server} refuses the request ({(int)status}).{said}"),
        };
    }

    private static BatchFunctionsException TooLong(HttpResponseMessage response, long maxBytes) =>
        new(ErrorKind.Request, $"{response.RequestMessage!.RequestUri!.GetLeftPart(UriPartial.Path)} has more than {maxBytes} bytes, which is too much for what it should be.");
}
