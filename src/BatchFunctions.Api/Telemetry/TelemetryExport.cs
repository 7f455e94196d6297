using Azure.Core;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using BatchFunctions.Telemetry;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace BatchFunctions.Api.Telemetry;

/// <summary>Sends a process's traces, metrics and logs to where its settings say, until it is disposed of; what waits then is sent first.</summary>
public sealed class TelemetryExport : IDisposable
{
    private readonly TelemetrySettings _settings;
    private readonly ResourceBuilder _resource;
    private readonly TokenCredential? _credential;
    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private TelemetryExport(TelemetrySettings settings, string service)
    {
        _settings = settings;
        _resource = ResourceBuilder.CreateDefault().AddService(service, serviceVersion: typeof(BatchMeter).Assembly.GetName().Version?.ToString(3));
        _credential = settings.UsesAzureIdentity ? new DefaultAzureCredential() : null;
        _traces = CreateTraces();
        _metrics = CreateMetrics();
    }

    /// <summary>Begins to send; null where the settings name no receiver, so that nothing is made.</summary>
    /// <param name="settings">Where to.</param>
    /// <param name="service">The service's name: <c>batchfn</c>, <c>batchfn-functions</c>, <c>batchfn-scoring</c>.</param>
    public static TelemetryExport? Start(TelemetrySettings settings, string service)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.IsOn ? new TelemetryExport(settings, service) : null;
    }

    /// <summary>Adds the receivers of logs, with their scopes: job, pipeline, model and shard.</summary>
    /// <param name="logging">The host's logging.</param>
    /// <param name="withAzure">Whether Application Insights gets them too; not where somebody else sends them there already.</param>
    public void AddTo(ILoggingBuilder logging, bool withAzure = true) => logging.AddOpenTelemetry(options =>
    {
        options.SetResourceBuilder(_resource);
        options.IncludeScopes = true;
        options.IncludeFormattedMessage = true;
        if (_settings.OtlpEndpoint is not null)
            options.AddOtlpExporter(otlp => Configure(otlp, "logs"));
        if (_settings.AzureConnection is not null && withAzure)
            options.AddAzureMonitorLogExporter(Configure, _credential);
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }

    private TracerProvider CreateTraces()
    {
        var builder = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(_resource).AddSource(JobTrace.SourceName).AddSource("Microsoft.AspNetCore");
        if (_settings.OtlpEndpoint is not null)
            builder.AddOtlpExporter(otlp => Configure(otlp, "traces"));
        if (_settings.AzureConnection is not null)
            builder.AddAzureMonitorTraceExporter(Configure, _credential);
        return builder.Build();
    }

    private MeterProvider CreateMetrics()
    {
        var builder = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(_resource).AddMeter(BatchMeter.Name);
        if (_settings.OtlpEndpoint is not null)
            builder.AddOtlpExporter((otlp, reader) => Configure(otlp, "metrics"));
        if (_settings.AzureConnection is not null)
            builder.AddAzureMonitorMetricExporter(Configure, _credential);
        return builder.Build();
    }

    // Signals have paths of their own below an endpoint that speaks HTTP.
    private void Configure(OtlpExporterOptions otlp, string signal)
    {
        otlp.Protocol = _settings.IsGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        otlp.Endpoint = _settings.IsGrpc ? _settings.OtlpEndpoint! : new Uri($"{_settings.OtlpEndpoint!.AbsoluteUri.TrimEnd('/')}/v1/{signal}");
        if (_settings.OtlpHeaders is { } headers)
            otlp.Headers = headers;
    }

    private void Configure(AzureMonitorExporterOptions azure) => azure.ConnectionString = _settings.AzureConnection;
}
