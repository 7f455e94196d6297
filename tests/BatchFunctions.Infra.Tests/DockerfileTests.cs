using System.Text.RegularExpressions;
using System.Xml.Linq;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Infra.Tests;

public sealed partial class DockerfileTests(ContainerFiles containers)
{
    // Beside the projects, what each build reads by itself.
    private static readonly string[] OfEveryBuild = ["Directory.Build.props", "Directory.Build.rsp", "Directory.Build.targets", "Directory.Packages.props", "global.json"];

    public static TheoryData<string> Names => ["scoring", "functions", "cli"];

    [Fact]
    public void Each_file_is_tested() => Assert.Equal(Names.Select(row => ContainerFiles.PathOf(row.Data)).Order(), InfraFiles.EndingIn(".Dockerfile").Select(file => $"infra/{file}"));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_copied_is_there_and_reaches_the_builder(string name)
    {
        var sent = await containers.SentAsync();

        Assert.All((await containers.DockerfileAsync(name)).Copied, source => Assert.Contains(sent, path => path == source || path.StartsWith(source + "/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Nothing_reaches_a_builder_that_is_private_or_that_no_image_needs()
    {
        var sent = await containers.SentAsync();
        var copied = (await Task.WhenAll(Names.Select(row => containers.DockerfileAsync(row.Data)))).SelectMany(file => file.Copied).ToHashSet();

        Assert.All(sent, path => Assert.Contains(copied, source => path == source || path.StartsWith(source + "/", StringComparison.Ordinal)));
        Assert.DoesNotContain(sent, path => path.Contains("/bin/", StringComparison.Ordinal) || path.Contains("/obj/", StringComparison.Ordinal) || path.EndsWith(".user", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_projects_that_are_copied_are_those_that_the_program_is_made_of(string name)
    {
        var file = await containers.DockerfileAsync(name);
        var projects = ProjectsOf(file.Project).ToArray();

        Assert.Equal(projects.Order(), file.Copied.Where(source => source.StartsWith("src/", StringComparison.Ordinal) && Directory.Exists(RepositoryFile.PathOf(source))).Order());
        Assert.Equal(projects.Select(ProjectFile).Order(), file.CopiedForRestore.Where(source => source.EndsWith(".csproj", StringComparison.Ordinal)).Order());
        Assert.Empty(OfEveryBuild.Except(file.CopiedForRestore));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_projects_take_from_elsewhere_in_the_repository_is_copied(string name)
    {
        var file = await containers.DockerfileAsync(name);
        var taken = ProjectsOf(file.Project).SelectMany(project => TakenBy(project)).ToArray();

        Assert.NotEmpty(taken);
        Assert.All(taken, path => Assert.Contains(file.Copied, source => path == source || path.StartsWith(source + "/", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_response_file_beside_the_project_is_copied_before_the_restore_that_it_is_for(string name)
    {
        var file = await containers.DockerfileAsync(name);
        var response = $"{file.Project}/Directory.Build.rsp";

        Assert.Equal(RepositoryFile.Exists(response), file.CopiedForRestore.Contains(response));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_restore_is_told_by_properties_of_the_restore_since_the_response_files_have_some(string name)
    {
        var restore = (await containers.DockerfileAsync(name)).Run("dotnet restore");

        Assert.Contains("-rp:", RepositoryFile.Read("Directory.Build.rsp"), StringComparison.Ordinal);
        Assert.NotEmpty(restore.Arguments.Skip(3));
        Assert.All(restore.Arguments.Skip(3), argument => Assert.StartsWith("-rp:", argument, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Base_images_are_arguments_with_a_version_of_their_own(string name)
    {
        var file = await containers.DockerfileAsync(name);
        var bases = file.Instructions.Where(instruction => instruction.Keyword == "FROM").Select(instruction => instruction.Arguments[0]).ToArray();

        Assert.Equal(2, bases.Length);
        Assert.All(bases, image => Assert.Matches(@"^\$\{[A-Z_]+\}$", image));
        Assert.All(file.Head, argument => Assert.Matches(@"^[A-Z_]+=[a-z0-9.-]+\.[a-z]+/[a-z0-9/-]+:\d[\w.-]*$", argument.Arguments[0]));
        Assert.Equal(bases.Select(image => image[2..^1]), file.Head.Select(argument => argument.Arguments[0].Split('=')[0]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_program_runs_as_a_user_without_a_name_and_gets_signals_itself(string name)
    {
        var final = (await containers.DockerfileAsync(name)).Final.ToArray();

        Assert.Equal("1654:1654", final.Last(instruction => instruction.Keyword == "USER").Text);
        Assert.DoesNotContain(final, instruction => instruction.Keyword == "RUN");
        Assert.All(final.Where(instruction => instruction.Keyword is "ENTRYPOINT" or "CMD"), instruction => Assert.True(instruction.IsExec));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_started_is_what_was_published(string name)
    {
        var file = await containers.DockerfileAsync(name);
        var program = XDocument.Load(RepositoryFile.PathOf(ProjectFile(file.Project))).Descendants("AssemblyName").SingleOrDefault()?.Value ?? Path.GetFileName(file.Project);
        var copied = Assert.Single(file.Final, instruction => instruction.Keyword == "COPY" && instruction.Arguments[0] == "/app").Arguments[1];

        Assert.Equal("/app", file.Run("dotnet publish").Arguments[^1]);
        if (name == "functions")
            Assert.Equal(copied, file.Environment["AzureWebJobsScriptRoot"]);
        else
            Assert.Equal($"{copied}/{program}", Assert.Single(file.Final, instruction => instruction.Keyword == "ENTRYPOINT").Arguments[0]);
    }

    [Theory]
    [InlineData("scoring", "ASPNETCORE_HTTP_PORTS", "8080")]
    [InlineData("functions", "ASPNETCORE_URLS", "http://+:8080")]
    public async Task A_service_listens_on_the_port_that_it_says(string name, string variable, string value)
    {
        var file = await containers.DockerfileAsync(name);

        Assert.Equal(value, file.Environment[variable]);
        Assert.Equal("8080", file.Port);
    }

    [Fact]
    public async Task The_flavour_of_ONNX_Runtime_is_the_argument_that_the_library_chooses_its_package_by()
    {
        var file = await containers.DockerfileAsync("scoring");
        var conditions = XDocument.Load(RepositoryFile.PathOf("src/BatchFunctions/BatchFunctions.csproj")).Descendants("PackageReference").Attributes("Condition").Select(condition => condition.Value);

        Assert.Equal("cpu", file.BuildArguments["ONNXRUNTIME"]);
        Assert.Contains("'$(OnnxRuntimeFlavour)' == 'gpu'", conditions);
        Assert.Contains("-rp:OnnxRuntimeFlavour=${ONNXRUNTIME}", file.Run("dotnet restore").Arguments);
        Assert.Contains("-p:OnnxRuntimeFlavour=${ONNXRUNTIME}", file.Run("dotnet publish").Arguments);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_variable_in_a_line_that_is_run_is_an_argument_of_its_stage(string name)
    {
        var file = await containers.DockerfileAsync(name);
        var known = file.Build.Where(instruction => instruction.Keyword == "ARG").Select(instruction => instruction.Arguments[0].Split('=')[0]).ToArray();
        var used = file.Build.Where(instruction => instruction.Keyword == "RUN").SelectMany(instruction => Variable().Matches(instruction.Text).Select(match => match.Groups[1].Value)).Distinct().ToArray();

        Assert.Equal(known.Order(), used.Order());
    }

    [Fact]
    public async Task The_documentation_has_every_argument_and_no_other()
    {
        var readme = InfraFiles.Read("containers/README.md");
        var documented = MarkdownTable.Below(readme, "## Building").SelectMany(row => Code().Matches(row[0]).Select(match => match.Groups[1].Value)).ToArray();
        var files = await Task.WhenAll(Names.Select(row => containers.DockerfileAsync(row.Data)));
        var texts = InfraFiles.EndingIn(".md").Concat(InfraFiles.EndingIn(".sh")).Select(InfraFiles.Read);

        Assert.Equal(files.SelectMany(file => file.BuildArguments.Keys).Distinct().Order(), documented.Order());
        Assert.All(texts.SelectMany(text => Given().Matches(text).Select(match => match.Groups[1].Value)), argument => Assert.Contains(argument, documented));
    }

    private static IEnumerable<string> ProjectsOf(string project) => References(project).SelectMany(ProjectsOf).Prepend(project).Distinct();

    // The declarations of the Functions SDK are for builds without its packages, which an image is none of.
    private static IEnumerable<string> References(string project) => XDocument.Load(RepositoryFile.PathOf(ProjectFile(project))).Descendants("ProjectReference")
        .Where(reference => reference.Parent!.Attribute("Condition") is null)
        .Select(reference => Below(project, Path.GetDirectoryName(reference.Attribute("Include")!.Value)!));

    private static IEnumerable<string> TakenBy(string project) => XDocument.Load(RepositoryFile.PathOf(ProjectFile(project))).Descendants()
        .Where(item => item.Name.LocalName is "EmbeddedResource" or "None" or "Content" or "Compile" && item.Attribute("Condition") is null)
        .SelectMany(item => item.Attribute("Include")?.Value.Split(';') ?? [])
        .Where(include => include.StartsWith("../../", StringComparison.Ordinal))
        .Select(include => Below(project, include));

    private static string ProjectFile(string project) => $"{project}/{Path.GetFileName(project)}.csproj";

    private static string Below(string project, string relative) =>
        Path.GetRelativePath(RepositoryPaths.Root, Path.GetFullPath(relative, RepositoryFile.PathOf(project))).Replace('\\', '/');

    [GeneratedRegex(@"\$\{([A-Z_]+)\}")]
    private static partial Regex Variable();

    [GeneratedRegex("`([A-Z_]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("--build-arg \"?([A-Z_]+)=")]
    private static partial Regex Given();
}
