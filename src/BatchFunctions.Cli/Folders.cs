namespace BatchFunctions.Cli;

/// <summary>Where things are kept. Local folders are absolute, so that a job can be continued from any current folder.</summary>
/// <param name="Data">The data folder, always local.</param>
/// <param name="Models">The address of the model registry.</param>
/// <param name="Work">The address of the work folders' folder.</param>
internal sealed record Folders(string Data, string Models, string Work)
{
    /// <summary>The journal's file. It needs a local disk: where the work folder has none, it lies in the data folder.</summary>
    public string Journal => Path.Combine(IsLocal(Work) ? LocalPath(Work) : Data, "journal.db");

    public static Folders Of(Terminal terminal, string? data, string? models, string? work)
    {
        var dataFolder = Absolute(terminal.CurrentFolder, Given(data, "BATCHFN_DATA") ?? "batchfn-data");
        return new Folders(
            dataFolder,
            Absolute(terminal.CurrentFolder, Given(models, "BATCHFN_MODELS") ?? Path.Combine(dataFolder, "models")),
            Absolute(terminal.CurrentFolder, Given(work, "BATCHFN_WORK") ?? Path.Combine(dataFolder, "work")));

        string? Given(string? option, string variable) =>
            !string.IsNullOrEmpty(option) ? option : terminal.EnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
    }

    /// <summary>Makes a relative path absolute and leaves an address with a scheme as it is.</summary>
    public static string Absolute(string currentFolder, string address) =>
        address.Contains("://", StringComparison.Ordinal) ? address : Path.GetFullPath(address, currentFolder);

    private static bool IsLocal(string address) =>
        !address.Contains("://", StringComparison.Ordinal) || address.StartsWith("file://", StringComparison.OrdinalIgnoreCase);

    private static string LocalPath(string address) =>
        address.StartsWith("file://", StringComparison.OrdinalIgnoreCase) ? new Uri(address).LocalPath : address;
}
