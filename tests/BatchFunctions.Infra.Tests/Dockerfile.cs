namespace BatchFunctions.Infra.Tests;

/// <summary>A file that an image is built by.</summary>
/// <param name="Path">Where it is, from the root of the repository.</param>
/// <param name="Instructions">What stands in it.</param>
public sealed record Dockerfile(string Path, IReadOnlyList<DockerInstruction> Instructions)
{
    /// <summary>The instructions before the first stage.</summary>
    public IEnumerable<DockerInstruction> Head => Instructions.TakeWhile(instruction => instruction.Keyword != "FROM");

    /// <summary>The stage that builds the program, its FROM included.</summary>
    public IEnumerable<DockerInstruction> Build => Instructions.SkipWhile(instruction => instruction.Keyword != "FROM").Take(LastFrom - Head.Count());

    /// <summary>The stage that becomes the image, its FROM included.</summary>
    public IEnumerable<DockerInstruction> Final => Instructions.Skip(LastFrom);

    /// <summary>What is given to <c>docker build</c> by --build-arg, with the defaults.</summary>
    public IReadOnlyDictionary<string, string> BuildArguments =>
        Instructions.Where(instruction => instruction.Keyword == "ARG").SelectMany(instruction => instruction.Arguments).Select(Pair).DistinctBy(pair => pair.Key).ToDictionary();

    /// <summary>The variables that the image sets.</summary>
    public IReadOnlyDictionary<string, string> Environment => Final.Where(instruction => instruction.Keyword == "ENV").SelectMany(instruction => instruction.Arguments).Select(Pair).ToDictionary();

    /// <summary>The port that the image says it listens on.</summary>
    public string Port => Assert.Single(Final, instruction => instruction.Keyword == "EXPOSE").Arguments[0];

    /// <summary>The folder of the project that is published.</summary>
    public string Project => Run("dotnet publish").Arguments[2];

    /// <summary>What is copied from the repository: each file or folder, and what is copied before it is run.</summary>
    public IEnumerable<string> Copied => CopiedIn(Build);

    /// <summary>What is copied from the repository before the packages are restored.</summary>
    public IEnumerable<string> CopiedForRestore => CopiedIn(Build.TakeWhile(instruction => !instruction.Text.StartsWith("dotnet restore", StringComparison.Ordinal)));

    private int LastFrom => Instructions.Select((instruction, index) => (instruction, index)).Last(item => item.instruction.Keyword == "FROM").index;

    /// <summary>The one RUN that starts so.</summary>
    public DockerInstruction Run(string start) => Assert.Single(Build, instruction => instruction.Keyword == "RUN" && instruction.Text.StartsWith(start, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override string ToString() => Path;

    private static IEnumerable<string> CopiedIn(IEnumerable<DockerInstruction> instructions) =>
        instructions.Where(instruction => instruction.Keyword == "COPY" && !instruction.Flags.ContainsKey("from")).SelectMany(instruction => instruction.Arguments.SkipLast(1));

    private static KeyValuePair<string, string> Pair(string text) => text.Split('=', 2) is [var name, var value] ? KeyValuePair.Create(name, value) : KeyValuePair.Create(text, "");
}
