using BatchFunctions.Local.Tests.Jobs;
using BatchFunctions.ScoringService.Tests.Hosting;

namespace BatchFunctions.ScoringService.Tests;

public sealed class ReadinessProbeTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ASPNETCORE_HTTP_PORTS", "8080", "http://127.0.0.1:8080/")]
    [InlineData("ASPNETCORE_HTTP_PORTS", "8080;9090", "http://127.0.0.1:8080/")]
    [InlineData("ASPNETCORE_URLS", "http://+:80", "http://127.0.0.1/")]
    [InlineData("ASPNETCORE_URLS", "http://*:7080;https://*:7443", "http://127.0.0.1:7080/")]
    [InlineData("ASPNETCORE_URLS", "http://0.0.0.0:7080", "http://127.0.0.1:7080/")]
    [InlineData("ASPNETCORE_URLS", "http://[::]:7080", "http://127.0.0.1:7080/")]
    [InlineData("ASPNETCORE_URLS", "http://10.1.2.3:7080", "http://10.1.2.3:7080/")]
    [InlineData("SOMETHING", "else", "http://127.0.0.1:5000/")]
    public void It_asks_where_the_web_server_was_told_to_listen(string name, string value, string expected) =>
        Assert.Equal(expected, ReadinessProbe.AddressOf(variable => variable == name ? value : null).ToString());

    [Fact]
    public async Task A_replica_that_takes_shards_is_told_from_one_that_is_being_stopped_and_from_none()
    {
        using var bench = await Churn.BenchAsync();
        await using var host = await ReplicaHost.StartAsync(bench);

        Assert.Equal((0, ""), await ProbeAsync(host.Url));
        await host.Replica.StopAsync();
        var (stopping, unready) = await ProbeAsync(host.Url);
        await host.StopAsync();
        var (stopped, unreachable) = await ProbeAsync(host.Url);

        Assert.Equal((1, 1), (stopping, stopped));
        Assert.StartsWith($"{host.Url}ready answers 503: ", unready, StringComparison.Ordinal);
        Assert.StartsWith($"{host.Url}ready does not answer: ", unreachable, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Errors)> ProbeAsync(Uri url)
    {
        using var errors = new StringWriter();
        var exitCode = await ReadinessProbe.RunAsync(name => name == "ASPNETCORE_URLS" ? url.ToString() : null, errors, Cancel);
        return (exitCode, errors.ToString());
    }
}
