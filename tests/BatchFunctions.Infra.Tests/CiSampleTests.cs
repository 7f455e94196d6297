using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NCrontab;

namespace BatchFunctions.Infra.Tests;

public sealed partial class CiSampleTests
{
    public static TheoryData<string> Samples => [.. InfraFiles.EndingIn(".yml").Select(file => $"infra/{file}")];

    public static TheoryData<string> Texts => [.. Samples.Select(row => row.Data), "infra/ci/deploy.sh", "infra/ci/images.sh", "infra/ci/submit.sh", "infra/ci/README.md", "infra/README.md"];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_sample_is_YAML_with_steps_and_every_schedule_in_it_is_one(string file)
    {
        var sample = YamlText.Parse(RepositoryFile.Read(file));

        Assert.NotEmpty(Scalars(sample, "run").Concat(Scalars(sample, "bash")).Concat(Scalars(sample, "inlineScript")).Concat(Scalars(sample, "script")));
        Assert.All(Scalars(sample, "cron"), cron => Assert.NotNull(CrontabSchedule.Parse(cron)));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void What_is_called_or_named_is_there(string file)
    {
        var paths = Repository().Matches(RepositoryFile.Read(file)).Select(match => match.Groups[1].Value.TrimEnd('.')).ToArray();

        Assert.All(paths, path => Assert.True(RepositoryFile.Exists(path), $"{path} is not there."));
        Assert.True(paths.Length > 0 || file.EndsWith(".sh", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_script_that_is_called_may_be_run(string file)
    {
        var scripts = Repository().Matches(RepositoryFile.Read(file)).Select(match => match.Groups[1].Value).Where(path => path.EndsWith(".sh", StringComparison.Ordinal));

        Assert.All(scripts, script => Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(RepositoryFile.PathOf(script)).HasFlag(UnixFileMode.UserExecute)));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Nobody_signs_in_with_a_secret(string file)
    {
        var text = RepositoryFile.Read(file);

        Assert.DoesNotContain("secrets.", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("password", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("client-secret", text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("infra/ci/github/deploy.yml")]
    [InlineData("infra/ci/github/job.yml")]
    public void On_GitHub_a_run_that_signs_in_may_ask_for_a_token_and_write_nothing(string file)
    {
        var permissions = YamlText.Parse(RepositoryFile.Read(file))["permissions"]!.AsObject().ToDictionary(permission => permission.Key, permission => (string?)permission.Value);

        Assert.Equal(new Dictionary<string, string?> { ["contents"] = "read", ["id-token"] = "write" }, permissions);
    }

    [Fact]
    public void On_GitLab_a_run_that_signs_in_has_a_token_for_Azure()
    {
        var sample = YamlText.Parse(RepositoryFile.Read("infra/ci/gitlab/.gitlab-ci.yml"));

        Assert.Equal("api://AzureADTokenExchange", (string?)sample[".azure"]!["id_tokens"]!["AZURE_ID_TOKEN"]!["aud"]);
        Assert.All(new[] { "deploy", "job" }, job => Assert.Equal(".azure", (string?)sample[job]!["extends"]));
    }

    [Fact]
    public async Task Every_option_that_a_job_is_submitted_with_is_one()
    {
        var help = await HelpAsync("submit");
        var calls = Samples.Select(row => row.Data).Append("infra/ci/submit.sh").Append("infra/README.md")
            .SelectMany(file => Submission().Matches(RepositoryFile.Read(file).Replace("\\\n", " ", StringComparison.Ordinal)).Select(match => match.Value)).ToArray();
        var options = calls.SelectMany(call => Option().Matches(call).Select(match => match.Value)).Distinct().ToArray();

        Assert.True(calls.Length >= 5);
        Assert.Contains("--idempotency-key", options);
        Assert.All(options, option => Assert.Contains(option, help, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_variable_of_a_platform_is_documented()
    {
        var documented = RepositoryFile.Read("infra/ci/README.md") + RepositoryFile.Read("infra/README.md");
        var read = Samples.SelectMany(row => Variable().Matches(RepositoryFile.Read(row.Data)).Select(match => match.Value)).Distinct().Except(["AZURE_ID_TOKEN"]);

        Assert.All(read, name => Assert.Contains($"`{name}`", documented, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Scalars(JsonNode? node, string key) => node switch
    {
        JsonObject mapping => mapping.Where(pair => pair.Key == key).SelectMany(pair => pair.Value is JsonArray lines ? lines.Select(line => line!.ToString()) : [pair.Value!.ToString()])
            .Concat(mapping.SelectMany(pair => Scalars(pair.Value, key))),
        JsonArray sequence => sequence.SelectMany(item => Scalars(item, key)),
        _ => [],
    };

    private static async Task<string> HelpAsync(string command)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "batchfn.dll"), command, "--help"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output;
    }

    [GeneratedRegex(@"(?<![\w./-])((?:infra|src|tests|samples|\.ci)/[\w./-]*\w)")]
    private static partial Regex Repository();

    [GeneratedRegex(@"(submit\.sh|batchfn submit) .*")]
    private static partial Regex Submission();

    [GeneratedRegex(@"(?<=[\s+])--[a-z][a-z-]+")]
    private static partial Regex Option();

    [GeneratedRegex("\\b(AZURE|BATCHFN)_[A-Z_]+")]
    private static partial Regex Variable();
}
