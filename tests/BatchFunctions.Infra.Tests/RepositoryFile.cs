using BatchFunctions.TestSupport;

namespace BatchFunctions.Infra.Tests;

/// <summary>A file of the repository, or a folder, by its path from the root.</summary>
internal static class RepositoryFile
{
    public static string PathOf(string path) => Path.Combine(RepositoryPaths.Root, path);

    public static string Read(string path) => File.ReadAllText(PathOf(path));

    public static bool Exists(string path) => File.Exists(PathOf(path)) || Directory.Exists(PathOf(path));
}
