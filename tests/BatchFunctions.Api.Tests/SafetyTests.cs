using System.Net;
using System.Text.Json;
using BatchFunctions.Api.Tests.Hosting;

namespace BatchFunctions.Api.Tests;

/// <summary>Who may ask, and what errors give away.</summary>
public sealed class SafetyTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync(runsJobs: false);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(null, null, HttpStatusCode.Unauthorized)]
    [InlineData("", null, HttpStatusCode.Unauthorized)]
    [InlineData("a-key-for-tests-onlY", null, HttpStatusCode.Unauthorized)]
    [InlineData("a-key-for-tests-only-and-more", null, HttpStatusCode.Unauthorized)]
    [InlineData("wrong", "a-key-for-tests-only", HttpStatusCode.Unauthorized)]
    [InlineData(null, "a-key-for-tests-only", HttpStatusCode.OK)]
    [InlineData("a-key-for-tests-only", null, HttpStatusCode.OK)]
    public async Task The_key_is_needed_in_a_header_or_the_query(string? header, string? code, HttpStatusCode expected)
    {
        using var client = new HttpClient { BaseAddress = _host.Url };
        if (header is not null)
            client.DefaultRequestHeaders.TryAddWithoutValidation("x-functions-key", header);

        using var response = await client.GetAsync($"/api/jobs{(code is null ? "" : $"?code={code}")}", TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Without_a_key_nothing_is_learnt_of_what_there_is()
    {
        using var client = new HttpClient { BaseAddress = _host.Url };
        foreach (var path in (string[])["/api/jobs/none", "/api/nothing", "/", "/api/pipelines", "/api/health/x", "/api/openapi.json/"])
        {
            using var response = await client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.NotEmpty(response.Headers.WwwAuthenticate);
        }
    }

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("[::1]", HttpStatusCode.OK)]
    [InlineData("evil.example", HttpStatusCode.BadRequest)]
    [InlineData("localhost.evil.example", HttpStatusCode.BadRequest)]
    [InlineData("10.0.0.5", HttpStatusCode.BadRequest)]
    public async Task Only_names_of_this_machine_are_answered_to(string name, HttpStatusCode expected)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, "/api/health");
        message.Headers.Host = $"{name}:{_host.Url.Port}";

        using var response = await _host.Client.SendAsync(message, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_defect_is_logged_with_its_place_and_told_without_it()
    {
        _host.Engine.Fault = new InvalidOperationException("The secret of the engine.");

        using var response = await _host.GetAsync("/api/jobs");

        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        var line = Assert.Single(_host.Logs.Lines, l => l.Contains(problem.GetProperty("traceId").GetString()!, StringComparison.Ordinal));
        Assert.Contains("The secret of the engine.", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_passes_by_itself_says_when_to_ask_again()
    {
        _host.Engine.Fault = new BatchFunctionsException(ErrorKind.Transient, "The journal is busy.");

        using var response = await _host.GetAsync("/api/jobs");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal("The journal is busy.", (await ApiHost.JsonOf(response)).GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("PUT", "/api/jobs", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/api/jobs/x/cancel", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/api/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/jobs/x/y.js", HttpStatusCode.NotFound)]
    [InlineData("GET", "/", HttpStatusCode.NotFound)]
    [InlineData("POST", "/api/job", HttpStatusCode.NotFound)]
    public async Task What_there_is_not_is_a_problem_too(string method, string path, HttpStatusCode expected)
    {
        using var message = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await _host.Client.SendAsync(message, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal((int)expected, (await ApiHost.JsonOf(response)).GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task Health_tells_anyone_little_and_looks_at_the_stores_only_now_and_then()
    {
        using var client = new HttpClient { BaseAddress = _host.Url };
        Assert.Equal("ok", (await HealthAsync(client)).GetProperty("status").GetString());
        _host.Stores.Fault = new BatchFunctionsException(ErrorKind.Transient, "The secret of the store.");
        Assert.Equal("ok", (await HealthAsync(client)).GetProperty("status").GetString());

        _host.Clock.Advance(TimeSpan.FromSeconds(3));
        var away = await HealthAsync(client);
        Assert.Equal(503, away.GetProperty("status").GetInt32());
        Assert.DoesNotContain("secret", away.ToString(), StringComparison.Ordinal);
        Assert.Contains(_host.Logs.Lines, l => l.Contains("The secret of the store.", StringComparison.Ordinal));

        _host.Stores.Fault = null;
        _host.Clock.Advance(TimeSpan.FromSeconds(3));
        _host.Condition.Report("schedules", isWell: false);
        var degraded = await HealthAsync(client);
        Assert.Equal("degraded", degraded.GetProperty("status").GetString());
        Assert.Equal("schedules", degraded.GetProperty("troubles")[0].GetString());
    }

    private static async Task<JsonElement> HealthAsync(HttpClient client)
    {
        using var response = await client.GetAsync("/api/health", TestContext.Current.CancellationToken);
        return await ApiHost.JsonOf(response);
    }
}
