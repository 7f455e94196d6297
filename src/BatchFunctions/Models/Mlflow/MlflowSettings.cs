using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace BatchFunctions.Models.Mlflow;

/// <summary>Where the MLflow server is, and how it lets one in: the variables that MLflow's own clients read.</summary>
internal sealed record MlflowSettings
{
    private const string UriVariable = "MLFLOW_TRACKING_URI";

    /// <summary>The server's address, ending in '/', without a name or a password.</summary>
    public required Uri Server { get; init; }

    /// <summary>What is sent with every request; null for nothing. Never shown.</summary>
    public AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary>How long an answer, or the next bytes of a file, may take. Default: 120 seconds, as for MLflow's own clients.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Reads <c>MLFLOW_TRACKING_URI</c>, <c>_TOKEN</c>, <c>_USERNAME</c>, <c>_PASSWORD</c> and <c>MLFLOW_HTTP_REQUEST_TIMEOUT</c>.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: no server is named, or one of them is wrong.</exception>
    public static MlflowSettings Read(Func<string, string?> variable)
    {
        if (variable(UriVariable) is not { Length: > 0 } text)
            throw new BatchFunctionsException(ErrorKind.Request, $"A model of an MLflow registry is asked for, but no server is named. Set {UriVariable} to its address, such as https://mlflow.example.org.");
        if (!Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
            throw new BatchFunctionsException(ErrorKind.Request, $"{UriVariable} is no http or https address. Models can be fetched from an MLflow server only, not from its files.");
        return new MlflowSettings
        {
            Server = new UriBuilder(uri) { UserName = "", Password = "", Query = "", Fragment = "" }.Uri,
            Authorization = AuthorizationOf(uri, variable),
            Timeout = TimeoutOf(variable("MLFLOW_HTTP_REQUEST_TIMEOUT")),
        };
    }

    private static AuthenticationHeaderValue? AuthorizationOf(Uri uri, Func<string, string?> variable)
    {
        if (variable("MLFLOW_TRACKING_USERNAME") is { Length: > 0 } name)
            return Basic($"{name}:{variable("MLFLOW_TRACKING_PASSWORD")}");
        if (variable("MLFLOW_TRACKING_TOKEN") is { Length: > 0 } token)
            return new AuthenticationHeaderValue("Bearer", token);
        return uri.UserInfo.Length > 0 ? Basic(Uri.UnescapeDataString(uri.UserInfo)) : null;
    }

    private static AuthenticationHeaderValue Basic(string pair) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));

    private static TimeSpan TimeoutOf(string? text) => text switch
    {
        null or "" => TimeSpan.FromSeconds(120),
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and <= 86400 => TimeSpan.FromSeconds(seconds),
        _ => throw new BatchFunctionsException(ErrorKind.Request, "MLFLOW_HTTP_REQUEST_TIMEOUT is no number of seconds. Write one such as 120."),
    };
}
