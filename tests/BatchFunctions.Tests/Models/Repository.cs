namespace BatchFunctions.Tests.Models;

/// <summary>The checkout that the tests run in.</summary>
internal static class Repository
{
    /// <summary>Its root.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "BatchFunctions.sln")))
                return at.FullName;
        throw new DirectoryNotFoundException("There is no BatchFunctions.sln above the tests.");
    }
}
