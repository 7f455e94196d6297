namespace BatchFunctions.Cli.Tests;

public sealed class FoldersTests
{
    private readonly Dictionary<string, string> _variables = [];

    [Fact]
    public void Everything_lies_in_one_folder_below_the_current_one_unless_somebody_says_otherwise()
    {
        var folders = Of(null, null, null);

        Assert.Equal("/current/batchfn-data", folders.Data);
        Assert.Equal("/current/batchfn-data/models", folders.Models);
        Assert.Equal("/current/batchfn-data/work", folders.Work);
        Assert.Equal("/current/batchfn-data/work/journal.db", folders.Journal);
    }

    [Fact]
    public void The_command_line_goes_before_the_environment()
    {
        _variables["BATCHFN_DATA"] = "/of/environment";
        _variables["BATCHFN_MODELS"] = "azure://models/all";

        Assert.Equal("/of/environment/work", Of(null, null, null).Work);
        Assert.Equal("azure://models/all", Of(null, null, null).Models);
        Assert.Equal("/current/given/work", Of("given", null, null).Work);
        Assert.Equal("/current/own", Of("given", "own", null).Models);
    }

    [Theory]
    [InlineData("azure://jobs/work", "/current/batchfn-data/journal.db")]
    [InlineData("https://account.blob.core.windows.net/jobs/work", "/current/batchfn-data/journal.db")]
    [InlineData("file:///elsewhere/work", "/elsewhere/work/journal.db")]
    [InlineData("../jobs", "/jobs/journal.db")]
    public void The_journal_lies_with_the_work_files_where_they_are_on_a_local_disk(string work, string journal) =>
        Assert.Equal(journal, Of(null, null, work).Journal);

    private Folders Of(string? data, string? models, string? work)
    {
        var terminal = new Terminal
        {
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            CurrentFolder = "/current",
            EnvironmentVariable = name => _variables.GetValueOrDefault(name),
        };
        return Folders.Of(terminal, data, models, work);
    }
}
