namespace BatchFunctions.TestSupport;

/// <summary>Where the repository and the data beside it are, seen from a running test.</summary>
public static class RepositoryPaths
{
    /// <summary>The folder that holds <c>BatchFunctions.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of the blob emulator's package.</summary>
    public static string Azurite => Existing(Path.Combine(Root, "tests", "azurite"));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "BatchFunctions.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds BatchFunctions.sln.");
    }

    private static string Existing(string folder) =>
        Directory.Exists(folder) ? folder : throw new DirectoryNotFoundException($"The tests need the folder {folder}, which is not there.");
}
