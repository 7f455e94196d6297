using BatchFunctions.Api;
using BatchFunctions.FunctionApp;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddFunctionApp(HostSettings.Read(name => builder.Configuration[name]));
await builder.Build().RunAsync();
