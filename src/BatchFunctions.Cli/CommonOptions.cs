using System.CommandLine;

namespace BatchFunctions.Cli;

/// <summary>The options that every command has.</summary>
internal sealed class CommonOptions
{
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "For scripts: the result as one line of JSON, the last one on stdout; everything else goes to stderr.",
        Recursive = true,
    };

    public Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Log what happens, and show where an unexpected error comes from.",
        Recursive = true,
    };

    public Option<string?> Data { get; } = new("--data")
    {
        Description = "The folder of models, work files and journal. Default: BATCHFN_DATA, else ./batchfn-data.",
        HelpName = "FOLDER",
        Recursive = true,
    };

    public Option<string?> Models { get; } = new("--models")
    {
        Description = "The model registry: a folder or an address. Default: BATCHFN_MODELS, else 'models' in the data folder.",
        HelpName = "FOLDER",
        Recursive = true,
    };

    public Option<string?> Work { get; } = new("--work")
    {
        Description = "Where jobs keep their work files: a folder or an address. Default: BATCHFN_WORK, else 'work' in the data folder.",
        HelpName = "FOLDER",
        Recursive = true,
    };

    public void AddTo(Command command)
    {
        command.Add(Json);
        command.Add(Verbose);
        command.Add(Data);
        command.Add(Models);
        command.Add(Work);
    }
}
