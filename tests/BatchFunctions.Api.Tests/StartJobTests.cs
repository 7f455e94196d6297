using System.Net;
using System.Text;
using System.Text.Json;
using BatchFunctions.Api.Tests.Hosting;
using BatchFunctions.Workflow;
using CsCheck;

namespace BatchFunctions.Api.Tests;

/// <summary>What becomes of a posted request.</summary>
public sealed class StartJobTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync(runsJobs: false);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_pipeline_by_its_name_becomes_a_job_with_a_place()
    {
        using var response = await _host.PostAsync("/api/jobs", """{ "pipeline": "churn" }""");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var job = await ApiHost.JsonOf(response);
        Assert.Equal("Pending", job.GetProperty("status").GetString());
        Assert.Equal("churn", job.GetProperty("pipeline").GetString());
        Assert.Equal("http", job.GetProperty("trigger").GetString());
        Assert.Equal($"/api/jobs/{job.GetProperty("jobId").GetString()}", response.Headers.Location!.ToString());
        Assert.Equal(JsonValueKind.Object, (await _host.GetJsonAsync(response.Headers.Location.ToString())).ValueKind);
    }

    [Theory]
    [InlineData("churn.yaml")]
    [InlineData("./churn.yaml")]
    [InlineData("../data/other.yaml")]
    public async Task A_pipeline_by_its_file_is_found_from_the_folder_of_pipelines(string pipeline)
    {
        File.Copy(_host.PathOf("pipelines/churn.yaml"), _host.PathOf("data/other.yaml"));

        using var response = await _host.PostAsync("/api/jobs", JsonSerializer.Serialize(new { pipeline }));

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("churn", (await ApiHost.JsonOf(response)).GetProperty("pipeline").GetString());
    }

    [Fact]
    public async Task The_same_key_is_the_same_job_and_another_request_with_it_is_refused()
    {
        using var first = await _host.PostAsync("/api/jobs", """{ "pipeline": "churn" }""", "night of 8 February");
        using var second = await _host.PostAsync("/api/jobs", """{ "pipeline": "churn" }""", "night of 8 February");
        using var other = await _host.PostAsync("/api/jobs", """{ "pipeline": "churn", "maxParallel": 2 }""", "night of 8 February");

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal($"/api/jobs/{JobId.ForKey("churn", "night of 8 February")}", first.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
        Assert.EndsWith(":id-taken", (await ApiHost.JsonOf(other)).GetProperty("type").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "pipeline": "chrun" }""", "pipeline", "churn")]
    [InlineData("""{ "pipeline": "" }""", "pipeline", "is empty")]
    [InlineData("""{ "pipeline": ["churn"] }""", "pipeline", "has to be a text")]
    [InlineData("""{ }""", "pipeline", "is missing")]
    [InlineData("""{ "pipeline": "churn", "target_rows": 5 }""", "target_rows", "Did you mean targetRows?")]
    [InlineData("""{ "pipeline": "churn", "speed": 5 }""", "speed", "Known are pipeline, jobId")]
    [InlineData("""{ "pipeline": "churn", "pipeline": "churn" }""", "pipeline", "is there twice")]
    [InlineData("""{ "pipeline": "churn", "jobId": "../x" }""", "jobId", "letters, digits and '-'")]
    [InlineData("""{ "pipeline": "churn", "model": "churn" }""", "model", "name@version")]
    [InlineData("""{ "pipeline": "churn", "model": "churn@latest" }""", "model", "approved")]
    [InlineData("""{ "pipeline": "churn", "date": "2026-02-30" }""", "date", "2026-02-08")]
    [InlineData("""{ "pipeline": "churn", "maxParallel": 1.5 }""", "maxParallel", "from 1 to 10000")]
    [InlineData("""{ "pipeline": "churn", "targetRows": 0 }""", "targetRows", "from 1")]
    [InlineData("""{ "pipeline": "churn", "input": "a\nb" }""", "input", "control characters")]
    [InlineData("""{ "pipeline": "../data/customers.csv" }""", "pipeline", ".yaml")]
    [InlineData("""{ "pipeline": "churn", "input": "azure://container/x" }""", "input", "leads out of the folders")]
    [InlineData("""{ "pipeline": "churn", "input": "ftp://host/x" }""", "input", "ftp:// is not known")]
    public async Task What_is_wrong_is_named_with_what_to_write_instead(string body, string name, string hint)
    {
        using var response = await _host.PostAsync("/api/jobs", body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await ApiHost.JsonOf(response);
        var error = Assert.Single(problem.GetProperty("errors").EnumerateArray(), e => e.GetProperty("name").GetString() == name);
        Assert.Contains(hint, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains(name, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty((await _host.GetJsonAsync("/api/jobs")).GetProperty("jobs").EnumerateArray());
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once()
    {
        using var response = await _host.PostAsync("/api/jobs", """{ "maxParallel": 0, "targetRows": "many", "modle": "churn@1.0.0" }""");

        var names = (await ApiHost.JsonOf(response)).GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("name").GetString());
        Assert.Equal(["maxParallel", "targetRows", "modle", "pipeline"], names);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"churn\"")]
    [InlineData("""{ "pipeline": "\uD800" }""")]
    [InlineData("""{ "\uD800": "churn" }""")]
    [InlineData("""{ "pipeline": {"a": {"b": {"c": {"d": {}}}}} }""")]
    public async Task A_body_that_is_no_request_is_refused_in_words(string body)
    {
        using var response = await _host.PostAsync("/api/jobs", body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith("The body", (await ApiHost.JsonOf(response)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_body_whatever_makes_the_server_fail()
    {
        string[] names = ["pipeline", "jobId", "input", "model", "output", "date", "maxParallel", "targetRows", "x"];
        string[] values = ["1", "-1e9", "null", "true", "{}", "\"churn\"", "\"../..\"", "\"\\u0000\"", "[1]", "\"a\\ud800\""];
        var property = Gen.Select(Gen.Int[0, names.Length - 1], Gen.Int[0, values.Length - 1], (name, value) => $"\"{names[name]}\":{values[value]}");
        var body = Gen.OneOf(Gen.String[0, 200], property.Array[0, 6].Select(properties => $"{{{string.Join(",", properties)}}}"));

        await body.SampleAsync(
            async text =>
            {
                using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text)) { Headers = { ContentType = new("application/json") } };
                using var response = await _host.Client.PostAsync("/api/jobs", content);
                return response.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.BadRequest or HttpStatusCode.OK;
            },
            iter: 300);
    }

    [Theory]
    [InlineData("input", "../secret/customers.csv")]
    [InlineData("input", "../data/../secret/customers.csv")]
    [InlineData("input", "SECRET/customers.csv")]
    [InlineData("input", "file://SECRET/customers.csv")]
    [InlineData("output", "SECRET")]
    [InlineData("output", "/")]
    [InlineData("pipeline", "../secret/churn.yaml")]
    [InlineData("pipeline", "SECRET/churn.yaml")]
    public async Task What_leads_out_of_the_roots_is_refused_and_nothing_there_is_looked_at(string property, string address)
    {
        var full = address.Replace("SECRET", _host.PathOf("secret"), StringComparison.Ordinal);
        var body = new Dictionary<string, string> { ["pipeline"] = "churn", [property] = full };

        using var absent = await _host.PostAsync("/api/jobs", JsonSerializer.Serialize(body));
        File.Copy(_host.PathOf("pipelines/churn.yaml"), _host.PathOf("secret/churn.yaml"));
        _host.Write("secret/customers.csv", ApiHost.Customers(5));
        using var present = await _host.PostAsync("/api/jobs", JsonSerializer.Serialize(body));

        Assert.Equal(HttpStatusCode.BadRequest, absent.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, present.StatusCode);
        var detail = (await ApiHost.JsonOf(present)).GetProperty("detail").GetString();
        Assert.Contains("leads out of the folders that are allowed here", detail, StringComparison.Ordinal);
        Assert.Equal((await ApiHost.JsonOf(absent)).GetProperty("detail").GetString(), detail);
    }

    [Fact]
    public async Task A_link_does_not_lead_out_either()
    {
        Directory.CreateSymbolicLink(_host.PathOf("data/link"), _host.PathOf("secret"));

        using var response = await _host.PostAsync("/api/jobs", """{ "pipeline": "churn", "input": "../data/link/customers.csv" }""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_pipeline_whose_own_addresses_lead_out_is_refused()
    {
        _host.Write("pipelines/churn.yaml", "name: churn\nsource: { path: ../secret/x.csv }\nmodel: churn@1.0.0\n");

        using var response = await _host.PostAsync("/api/jobs", """{ "pipeline": "churn" }""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("The pipeline's source.path: The address '../secret/x.csv'", (await ApiHost.JsonOf(response)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_pipeline_has_from_the_environment_is_not_shown()
    {
        _host.Write("pipelines/churn.yaml", "name: churn\nsource: { path: \"${SECRET_PATH}\" }\nmodel: churn@1.0.0\n");

        using var response = await _host.PostAsync("/api/jobs", """{ "pipeline": "churn" }""");

        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain("of-the-environment", text, StringComparison.Ordinal);
        Assert.Contains("Check the variable", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipeline_that_is_wrong_is_refused_with_its_lines()
    {
        _host.Write("pipelines/draft.yaml", "name: draft\nsorce: { path: x.csv }\nmodel: churn@1.0.0\n");

        using var response = await _host.PostAsync("/api/jobs", """{ "pipeline": "draft.yaml" }""");

        var problem = await ApiHost.JsonOf(response);
        Assert.EndsWith(":invalid-pipeline", problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.Contains("draft.yaml:2:1: sorce", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", HttpStatusCode.Accepted)]
    [InlineData("application/json; charset=utf-8", HttpStatusCode.Accepted)]
    [InlineData("application/merge-patch+json", HttpStatusCode.Accepted)]
    [InlineData("application/json; charset=utf-16", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(null, HttpStatusCode.UnsupportedMediaType)]
    public async Task Only_JSON_in_UTF_8_is_taken(string? contentType, HttpStatusCode expected)
    {
        using var content = new ByteArrayContent("""{ "pipeline": "churn" }"""u8.ToArray());
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var response = await _host.Client.PostAsync("/api/jobs", content, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_is_too_long_is_not_read_to_its_end(bool saysItsLength)
    {
        using var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes($"{{ \"pipeline\": \"{new string('x', 200_000)}\" }}")));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using var message = new HttpRequestMessage(HttpMethod.Post, "/api/jobs") { Content = content };
        message.Headers.TransferEncodingChunked = !saysItsLength;

        using var response = await _host.Client.SendAsync(message, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }
}
