using System.Text.Json;
using BatchFunctions.Local.Tests.Jobs;
using BatchFunctions.ScoringService.Tests.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace BatchFunctions.ScoringService.Tests;

public sealed class DescriptionTests
{
    [Fact]
    public async Task Every_route_is_described_and_every_description_has_its_route()
    {
        using JobWorkbench bench = await Churn.BenchAsync();
        await using ReplicaHost replica = await ReplicaHost.StartAsync(bench);

        JsonElement description = JsonDocument.Parse(await replica.Http.GetStringAsync("/openapi.json", TestContext.Current.CancellationToken)).RootElement;

        IEnumerable<string> described = description.GetProperty("paths").EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(m => $"{m.Name.ToUpperInvariant()} {p.Name}"));
        IEnumerable<string> mapped = replica.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e => e.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Select(m => $"{m} {e.RoutePattern.RawText}"));
        Assert.Equal(described.Order(StringComparer.Ordinal), mapped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_may_be_asked_without_a_key_is_what_the_description_says()
    {
        string file = Path.Combine(TestSupport.RepositoryPaths.Root, "docs", "scoring-openapi.json");
        JsonElement paths = JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("paths");

        Assert.Equal(
            ScoringApi.Anonymous.Order(StringComparer.Ordinal),
            paths.EnumerateObject().Where(p => p.Value.EnumerateObject().All(m => m.Value.TryGetProperty("security", out _))).Select(p => p.Name).Order(StringComparer.Ordinal));
    }
}
