using BatchFunctions.Api;
using BatchFunctions.Api.Telemetry;
using BatchFunctions.FunctionApp;
using BatchFunctions.Sql;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddFunctionApp(HostSettings.Read(name => builder.Configuration[name]), SqlOptions.Read(name => builder.Configuration[name]));

// The Functions host sends what is logged here to Application Insights, but neither spans nor metrics.
using var telemetry = TelemetryExport.Start(TelemetrySettings.Read(name => builder.Configuration[name]), "batchfn-functions");
telemetry?.AddTo(builder.Logging, withAzure: false);
await builder.Build().RunAsync();
