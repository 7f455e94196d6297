using BatchFunctions.Api;
using BatchFunctions.FunctionApp;
using BatchFunctions.Sql;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddFunctionApp(HostSettings.Read(name => builder.Configuration[name]), SqlOptions.Read(name => builder.Configuration[name]));
await builder.Build().RunAsync();
