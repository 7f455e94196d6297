using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BatchFunctions.Api;
using BatchFunctions.FunctionApp.Functions;
using BatchFunctions.Pipelines;
using BatchFunctions.ScoringService;
using BatchFunctions.TestSupport;
using BatchFunctions.Tier;
using BatchFunctions.Workflow;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace BatchFunctions.Infra.Tests;

public sealed partial class ComposeTests(ContainerFiles containers, BicepFixture bicep)
{
    // Each with who reads it, since our code does not.
    private static readonly Dictionary<string, string> ReadByOthers = new()
    {
        ["ASPNETCORE_HTTP_PORTS"] = "the web server",
        ["ASPNETCORE_URLS"] = "the web server",
        ["AzureFunctionsJobHost__Logging__Console__IsEnabled"] = "the Functions host",
        ["AzureWebJobsScriptRoot"] = "the Functions host",
        ["AzureWebJobsSecretStorageType"] = "the Functions host",
        ["AzureWebJobsStorage"] = "the Functions host",
        ["DOTNET_RUNNING_IN_CONTAINER"] = ".NET",
        ["FUNCTIONS_SECRETS_PATH"] = "the Functions host",
        ["HOME"] = "the C library",
    };

    // The programs by the services that run them, with the assemblies that they read settings in.
    private static readonly Dictionary<string, Assembly[]> Programs = new()
    {
        ["scoring"] = [typeof(ServiceSettings).Assembly, typeof(HostSettings).Assembly, typeof(JobServices).Assembly],
        ["scoring-cuda"] = [typeof(ServiceSettings).Assembly, typeof(HostSettings).Assembly, typeof(JobServices).Assembly],
        ["functions"] = [typeof(TriggerFunctions).Assembly, typeof(HostSettings).Assembly, typeof(JobServices).Assembly],
        ["batchfn"] = [Assembly.Load("batchfn"), typeof(HostSettings).Assembly, typeof(JobServices).Assembly],
    };

    public static TheoryData<string> Built => [.. Programs.Keys];

    public static TheoryData<string> Services => [.. ComposeFile.Services.Keys];

    [Fact]
    public async Task It_is_what_the_specification_of_compose_files_allows()
    {
        var said = await ContainerFiles.LintComposeAsync(RepositoryFile.PathOf(ComposeFile.Path));

        Assert.DoesNotContain(said, item => item.Rule is "invalid-schema" or "no-duplicate-exported-ports" or "no-duplicate-container-names" or "no-unbound-port-interfaces" or "service-image-require-explicit-tag");
    }

    [Fact]
    public async Task A_key_that_there_is_not_would_be_found()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("compose.yaml");
        await File.WriteAllTextAsync(file, RepositoryFile.Read(ComposeFile.Path).Replace("stop_grace_period", "stop_grace", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        Assert.Contains(await ContainerFiles.LintComposeAsync(file), item => item.Rule == "invalid-schema");
    }

    [Fact]
    public void Every_service_but_the_emulator_is_built_here() =>
        Assert.Equal(Programs.Keys.Order(), ComposeFile.Services.Where(service => service.Value["build"] is not null).Select(service => service.Key).Order());

    [Theory]
    [MemberData(nameof(Built))]
    public async Task It_is_built_from_the_root_by_a_file_that_is_there_with_arguments_that_it_has(string service)
    {
        var build = ComposeFile.Services[service]["build"]!;
        var file = await DockerfileOfAsync(service);
        var given = build["args"]?.AsObject().Select(argument => argument.Key) ?? [];

        Assert.Equal(Path.GetFullPath(RepositoryPaths.Root), Path.GetFullPath(Path.Combine(RepositoryFile.PathOf("infra/containers"), (string)build["context"]!)));
        Assert.Empty(given.Except(file.BuildArguments.Keys));
    }

    [Fact]
    public async Task The_flavour_for_GPUs_is_the_other_flavour_on_another_image_with_a_device()
    {
        var (ordinary, gpu) = (ComposeFile.Services["scoring"]["build"]!, ComposeFile.Services["scoring-cuda"]["build"]!);
        var device = ComposeFile.Services["scoring-cuda"]["deploy"]!["resources"]!["reservations"]!["devices"]![0]!;

        Assert.Equal((string)ordinary["dockerfile"]!, (string)gpu["dockerfile"]!);
        Assert.Equal("gpu", (string)gpu["args"]!["ONNXRUNTIME"]!);
        Assert.NotEqual((await containers.DockerfileAsync("scoring")).BuildArguments["RUNTIME_IMAGE"], (string)gpu["args"]!["RUNTIME_IMAGE"]!);
        Assert.Contains((string)gpu["args"]!["RUNTIME_IMAGE"]!, InfraFiles.Read("containers/README.md"), StringComparison.Ordinal);
        Assert.Contains("gpu", device["capabilities"]!.AsArray().Select(capability => (string)capability!));
        Assert.Equal(["gpu"], ComposeFile.List("scoring-cuda", "profiles"));
    }

    [Theory]
    [MemberData(nameof(Built))]
    public async Task Every_variable_that_is_set_is_read(string service)
    {
        var set = ComposeFile.EnvironmentOf(service).Keys.Concat((await DockerfileOfAsync(service)).Environment.Keys);

        Assert.Empty(set.Except(Programs[service].SelectMany(assembly => AppStrings.NamesIn(AppStrings.Of(assembly)))).Except(ReadByOthers.Keys));
    }

    [Theory]
    [InlineData("scoring")]
    [InlineData("scoring-cuda")]
    public void The_scoring_service_starts_with_what_is_set(string service)
    {
        var environment = ComposeFile.EnvironmentOf(service);

        Assert.Equal("azure://work", HostSettings.Read(environment.GetValueOrDefault).Work);
        Assert.Equal(environment[TierOptions.KeyVariable], ServiceSettings.Read(environment.GetValueOrDefault).Key);
    }

    [Fact]
    public void The_app_starts_with_what_is_set_and_has_what_its_triggers_name()
    {
        var environment = ComposeFile.EnvironmentOf("functions");

        Assert.NotNull(HostSettings.Read(environment.GetValueOrDefault).Tier);
        Assert.Empty(AppStrings.NamesIn(AppStrings.Of(typeof(TriggerFunctions).Assembly)).Except(environment.Keys));
        Assert.Equal(environment["AzureWebJobsStorage"], environment[HostSettings.ConnectionVariable]);
    }

    [Fact]
    public void All_see_the_same_stores_and_know_one_key()
    {
        var environments = Programs.Keys.Select(ComposeFile.EnvironmentOf).ToArray();

        Assert.All(new[] { HostSettings.ConnectionVariable, HostSettings.ModelsVariable, HostSettings.WorkVariable, TierOptions.KeyVariable }, name => Assert.Single(environments.Select(environment => environment[name]).Distinct()));
        Assert.All(Programs.Keys, service => Assert.Equal(["/data", "/pipelines"], ComposeFile.List(service, "volumes").Select(volume => volume.Split(':')[1]).Order()));
    }

    [Fact]
    public void The_endpoints_are_the_replicas()
    {
        var options = TierOptions.Read(ComposeFile.EnvironmentOf("functions").GetValueOrDefault)!;
        var replicas = int.Parse((string)ComposeFile.Services["scoring"]["deploy"]!["replicas"]!, CultureInfo.InvariantCulture);

        Assert.Equal(Enumerable.Range(1, replicas).Select(index => $"http://{ComposeFile.Name}-scoring-{index}:8080/"), options.Endpoints.Select(endpoint => endpoint.ToString()));
        Assert.Equal(options.Endpoints, TierOptions.Read(ComposeFile.EnvironmentOf("batchfn").GetValueOrDefault)!.Endpoints);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task What_a_service_waits_for_is_there_and_can_be_seen_to_be_well(string service)
    {
        var awaited = ComposeFile.Services[service]["depends_on"]?.AsObject().Select(other => (other.Key, (string)other.Value!["condition"]!)).ToArray() ?? [];

        foreach (var (other, condition) in awaited)
        {
            Assert.Equal("service_healthy", condition);
            Assert.True(ComposeFile.Services[other]["healthcheck"] is not null || (await DockerfileOfAsync(other)).Final.Any(instruction => instruction.Keyword == "HEALTHCHECK"));
            Assert.Empty(ComposeFile.List(other, "profiles"));
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void What_is_mounted_is_there(string service)
    {
        foreach (var source in ComposeFile.List(service, "volumes").Select(volume => volume.Split(':')[0]))
            Assert.True(source.StartsWith("./", StringComparison.Ordinal) ? RepositoryFile.Exists($"infra/containers/{source[2..]}") : ComposeFile.Volumes.Contains(source), $"{source} is not there.");
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_can_write_to_its_volumes_and_to_tmp_alone_and_is_reached_from_this_machine_alone(string service)
    {
        Assert.Equal("true", (string?)ComposeFile.Services[service]["read_only"]);
        Assert.Equal(["/tmp"], ComposeFile.List(service, "tmpfs"));
        Assert.Equal(["ALL"], ComposeFile.List(service, "cap_drop"));
        Assert.Equal(["no-new-privileges:true"], ComposeFile.List(service, "security_opt"));
        Assert.All(ComposeFile.List(service, "ports"), port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_app_is_reached_at_the_port_that_its_image_listens_on_here_and_in_Azure()
    {
        var port = (await containers.DockerfileAsync("functions")).Port;
        var app = (await bicep.SnapshotAsync(Variant.Container)).Single("Microsoft.App/containerApps", "func-");

        Assert.EndsWith($":{port}", Assert.Single(ComposeFile.List("functions", "ports")), StringComparison.Ordinal);
        Assert.Equal(port, $"{app["properties"]!["configuration"]!["ingress"]!["targetPort"]}");
    }

    [Fact]
    public async Task The_scoring_service_is_reached_at_the_port_that_its_image_listens_on_in_Azure()
    {
        var app = (await bicep.SnapshotAsync(Variant.Private)).Single("Microsoft.App/containerApps", "score-");

        Assert.Equal((await containers.DockerfileAsync("scoring")).Port, $"{app["properties"]!["configuration"]!["ingress"]!["targetPort"]}");
    }

    [Fact]
    public async Task A_replica_that_is_stopped_has_more_time_than_it_takes()
    {
        var azure = (await bicep.SnapshotAsync(Variant.Private)).Single("Microsoft.App/containerApps", "score-")["properties"]!["template"]!;
        var environment = azure["containers"]![0]!["env"]!.AsArray().ToDictionary(setting => (string)setting!["name"]!, setting => (string?)setting!["value"] ?? "a-key-from-the-vault-or-so");

        Assert.True(Seconds((string)ComposeFile.Services["scoring"]["stop_grace_period"]!) > await TimeToStopAsync(ComposeFile.EnvironmentOf("scoring")));
        Assert.True(TimeSpan.FromSeconds((int)azure["terminationGracePeriodSeconds"]!) > await TimeToStopAsync(environment));
        // What Container Apps allows.
        Assert.True((int)azure["terminationGracePeriodSeconds"]! <= 600);
    }

    [Theory]
    [InlineData("scoring")]
    [InlineData("functions")]
    public async Task A_health_check_asks_what_the_program_answers(string name)
    {
        var file = await containers.DockerfileAsync(name);
        var command = Assert.Single(file.Final, instruction => instruction.Keyword == "HEALTHCHECK").Command;

        if (name == "scoring")
        {
            Assert.Equal([.. Assert.Single(file.Final, instruction => instruction.Keyword == "ENTRYPOINT").Arguments, "probe"], command);
            Assert.Contains("probe", AppStrings.Of(typeof(ServiceSettings).Assembly));
        }
        else
        {
            Assert.Contains($"/dev/tcp/127.0.0.1/{file.Port} ", command[^1], StringComparison.Ordinal);
            Assert.Contains("GET /api/health HTTP/1.0\\r\\n", command[^1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_emulator_is_the_one_that_the_tests_run_against_with_its_public_key()
    {
        var version = (string)JsonNode.Parse(RepositoryFile.Read("tests/azurite/package.json"))!["dependencies"]!["azurite"]!;
        var key = Key().Match(RepositoryFile.Read("tests/BatchFunctions.TestSupport/AzuriteFixture.cs")).Value;

        Assert.EndsWith($"/azurite:{version}", (string)ComposeFile.Services["azurite"]["image"]!, StringComparison.Ordinal);
        Assert.NotEmpty(key);
        Assert.All(Key().Matches(RepositoryFile.Read(ComposeFile.Path)), match => Assert.Equal(key, match.Value));
    }

    [Fact]
    public void The_sample_of_the_environment_has_every_variable_with_its_default()
    {
        var sample = RepositoryFile.Read("infra/containers/.env.sample").Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('=', 2)).ToDictionary(line => line[0], line => line[1]);

        Assert.NotEmpty(sample);
        Assert.Equal(ComposeFile.Variables.OrderBy(variable => variable.Key, StringComparer.Ordinal), sample.OrderBy(variable => variable.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void The_pipeline_of_the_example_is_one_that_the_services_can_run()
    {
        const string File = "infra/containers/pipelines/churn.yaml";
        var pipeline = PipelineLoader.Load(RepositoryFile.Read(File), File, _ => null);
        var settings = HostSettings.Read(ComposeFile.EnvironmentOf("scoring").GetValueOrDefault);

        Assert.Contains(settings.Roots, root => pipeline.Output.Path.StartsWith(root, StringComparison.Ordinal));
        Assert.StartsWith("/data/demo/customers-200000-", pipeline.Source.Path, StringComparison.Ordinal);
        Assert.Contains("batchfn demo --rows 200000", RepositoryFile.Read("infra/containers/example.sh"), StringComparison.Ordinal);
    }

    private Task<Dockerfile> DockerfileOfAsync(string service) => containers.DockerfileAsync(Path.GetFileNameWithoutExtension((string)ComposeFile.Services[service]["build"]!["dockerfile"]!));

    private static async Task<TimeSpan> TimeToStopAsync(Dictionary<string, string> environment)
    {
        using var folder = new TemporaryFolder();
        await using var service = WebApplication.CreateSlimBuilder().BuildScoringService(
            new HostSettings { Pipelines = folder.Path, Models = folder.Path, Work = folder.Path }, ServiceSettings.Read(environment.GetValueOrDefault));
        return service.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
    }

    private static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(int.Parse(text.TrimEnd('s'), CultureInfo.InvariantCulture));

    [GeneratedRegex("AccountKey=[A-Za-z0-9+/=]+")]
    private static partial Regex Key();
}
