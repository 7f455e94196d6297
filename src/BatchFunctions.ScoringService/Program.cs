using BatchFunctions;
using BatchFunctions.Api;
using BatchFunctions.Api.Telemetry;
using BatchFunctions.ScoringService;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration.Memory;

if (args is [ReadinessProbe.Argument])
    return await ReadinessProbe.RunAsync(Environment.GetEnvironmentVariable, Console.Error, CancellationToken.None);

try
{
    var builder = WebApplication.CreateSlimBuilder(args);

    // Every look at a shard and every probe would be four lines; whoever wants them sets Logging__LogLevel__Microsoft.AspNetCore.
    builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = [new("Logging:LogLevel:Microsoft.AspNetCore", "Warning")] });
    var settings = HostSettings.Read(name => builder.Configuration[name]);
    var service = ServiceSettings.Read(name => builder.Configuration[name]);
    using var telemetry = TelemetryExport.Start(TelemetrySettings.Read(name => builder.Configuration[name]), "batchfn-scoring");
    telemetry?.AddTo(builder.Logging);
    await using var app = builder.BuildScoringService(settings, service);
    await app.RunAsync();
    return 0;
}
catch (BatchFunctionsException exception)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return exception.Kind == ErrorKind.Request ? 2 : 1;
}
