using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BatchFunctions.Infra.Tests;

public sealed partial class AzdTests(BicepFixture bicep)
{
    private static readonly JsonNode Project = YamlText.Parse(RepositoryFile.Read("azure.yaml"));

    [Fact]
    public void What_is_deployed_and_what_makes_room_for_it_are_there()
    {
        Assert.True(RepositoryFile.Exists($"{Project["infra"]!["path"]}/{Project["infra"]!["module"]}.bicepparam"));
        Assert.All(Project["services"]!.AsObject(), service => Assert.True(RepositoryFile.Exists((string)service.Value!["project"]!)));
    }

    [Fact]
    public async Task Each_service_is_found_by_its_tag()
    {
        var tags = (await bicep.SnapshotAsync(Variant.Flex)).Resources.Select(resource => (string?)resource["tags"]?["azd-service-name"]).OfType<string>();

        Assert.Equal(Project["services"]!.AsObject().Select(service => service.Key).Order(), tags.Order());
    }

    [Fact]
    public void Each_hook_is_there_for_both_kinds_of_machines()
    {
        var hooks = Project["hooks"]!.AsObject().SelectMany(hook => new[] { hook.Value!["posix"]!["run"]!, hook.Value["windows"]!["run"]! }).Select(run => (string)run!).ToArray();

        Assert.NotEmpty(hooks);
        Assert.All(hooks, hook => Assert.True(RepositoryFile.Exists(hook)));
        Assert.All(
            hooks.Where(hook => hook.EndsWith(".sh", StringComparison.Ordinal)),
            hook => Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(RepositoryFile.PathOf(hook)).HasFlag(UnixFileMode.UserExecute)));
    }

    [Theory]
    [InlineData("hooks/arrivals.sh")]
    [InlineData("hooks/arrivals.ps1")]
    [InlineData("arrivals.bicepparam")]
    public async Task What_is_taken_from_the_environment_is_an_output_or_may_be_missing(string file)
    {
        var text = InfraFiles.Read(file);
        var outputs = (await bicep.SnapshotAsync(Variant.Flex)).Outputs;
        var read = Variable().Matches(text).Select(match => match.Value).Distinct().ToArray();

        Assert.NotEmpty(read);
        Assert.All(read.Except(["BATCHFN_ARRIVAL_WEBHOOK", "BATCHFN_ARRIVAL_CONTAINERS", "BATCHFN_FUNCTIONS_IMAGE"]), name => Assert.Contains(name, outputs));
    }

    [Fact]
    public void Each_variable_of_the_parameters_stands_in_the_documentation()
    {
        var documented = string.Concat(MarkdownTable.Below(InfraFiles.Read("README.md"), "## Parameters").Select(row => row[0]));
        var read = new[] { "main.bicepparam", "arrivals.bicepparam" }.SelectMany(file => Variable().Matches(InfraFiles.Read(file)).Select(match => match.Value))
            .Except(["BATCHFN_SYSTEM_TOPIC", "BATCHFN_FUNCTIONS_APP", "BATCHFN_HOST_ACCOUNT", "BATCHFN_ARRIVAL_WEBHOOK"]).ToArray();

        Assert.All(read, name => Assert.Contains($"`{name}`", documented, StringComparison.Ordinal));
        Assert.All(Variable().Matches(documented).Select(match => match.Value), name => Assert.Contains(name, read));
    }

    [Fact]
    public void The_documentation_names_each_file_and_each_folder()
    {
        var named = MarkdownTable.Below(InfraFiles.Read("README.md"), "## What there is").SelectMany(row => Code().Matches(row[0]).Select(match => match.Groups[1].Value)).ToArray();
        var there = InfraFiles.EndingIn(".bicep").Concat(InfraFiles.EndingIn(".bicepparam")).Append("roles.json").Except(["modules/types.bicep", "modules/container-access.bicep"]);

        Assert.All(named, file => Assert.True(RepositoryFile.Exists($"infra/{file}")));
        Assert.Empty(there.Except(named));
    }

    [GeneratedRegex("\\b(AZURE|BATCHFN|SERVICE)_[A-Z_]+")]
    private static partial Regex Variable();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();
}
