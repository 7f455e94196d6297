using BatchFunctions.TestSupport;

namespace BatchFunctions.Infra.Tests;

/// <summary>The files of the infrastructure, as they stand in the repository.</summary>
internal static class InfraFiles
{
    public static string Root { get; } = Path.Combine(RepositoryPaths.Root, "infra");

    /// <summary>All files with this ending, as paths from <see cref="Root"/>, with slashes.</summary>
    public static IReadOnlyList<string> EndingIn(string ending) =>
    [
        .. Directory.EnumerateFiles(Root, "*" + ending, SearchOption.AllDirectories)
            .Where(file => file.EndsWith(ending, StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));
}
