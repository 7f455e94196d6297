namespace BatchFunctions.Api.Telemetry;

/// <summary>Where a host's traces, metrics and logs go, by the variables that OpenTelemetry and Application Insights have for that.</summary>
public sealed record TelemetrySettings
{
    /// <summary>The variable of <see cref="OtlpEndpoint"/>.</summary>
    public const string OtlpEndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The variable of <see cref="IsGrpc"/>: <c>http/protobuf</c> or <c>grpc</c>.</summary>
    public const string OtlpProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <summary>The variable of <see cref="OtlpHeaders"/>: <c>name=value,name=value</c>.</summary>
    public const string OtlpHeadersVariable = "OTEL_EXPORTER_OTLP_HEADERS";

    /// <summary>The variable of <see cref="AzureConnection"/>.</summary>
    public const string AzureConnectionVariable = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>The variable that says that <see cref="AzureConnection"/> is signed in to with an identity.</summary>
    public const string AzureAuthenticationVariable = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    /// <summary>The OTLP receiver's address, as <c>http://localhost:4318</c>. Default: null, which sends nothing there.</summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>Whether OTLP is spoken over gRPC. Default: false, which is protobuf over HTTP.</summary>
    public bool IsGrpc { get; init; }

    /// <summary>Headers of OTLP requests, keys among them. Default: null.</summary>
    public string? OtlpHeaders { get; init; }

    /// <summary>The connection string of Application Insights. Default: null, which sends nothing there.</summary>
    public string? AzureConnection { get; init; }

    /// <summary>Whether an identity signs in to Application Insights. Default: false.</summary>
    public bool UsesAzureIdentity { get; init; }

    /// <summary>Whether anything is sent anywhere.</summary>
    public bool IsOn => OtlpEndpoint is not null || AzureConnection is not null;

    /// <summary>Reads the settings.</summary>
    /// <param name="variable">Gives a variable's value, or null where it is not set.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: an address or a protocol is none.</exception>
    public static TelemetrySettings Read(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        Uri? endpoint = null;
        if (Given(OtlpEndpointVariable) is { } text && !(Uri.TryCreate(text, UriKind.Absolute, out endpoint) && endpoint.Scheme is "http" or "https"))
            throw new BatchFunctionsException(ErrorKind.Request, $"{OtlpEndpointVariable} is '{text}', which is no address. Write it as http://localhost:4318.");
        return new TelemetrySettings
        {
            OtlpEndpoint = endpoint,
            IsGrpc = Given(OtlpProtocolVariable) switch
            {
                null or "http/protobuf" => false,
                "grpc" => true,
                var other => throw new BatchFunctionsException(ErrorKind.Request, $"{OtlpProtocolVariable} is '{other}'. Write http/protobuf or grpc."),
            },
            OtlpHeaders = Given(OtlpHeadersVariable),
            AzureConnection = Given(AzureConnectionVariable),
            UsesAzureIdentity = Given(AzureAuthenticationVariable) is not null,
        };

        string? Given(string name) => variable(name) is { Length: > 0 } value ? value : null;
    }

    /// <inheritdoc/>
    public override string ToString() => nameof(TelemetrySettings);
}
