using System.CommandLine;
using BatchFunctions.Models.Examples;

namespace BatchFunctions.Cli.Commands;

/// <summary>The option of the commands that score a manifest's examples.</summary>
internal static class ExampleTolerance
{
    public static Option<double> Option()
    {
        var option = new Option<double>("--tolerance")
        {
            Description = "How far an example's score may be from that of training; in proportion for scores beyond 1. Default: 0.00001.",
            HelpName = "NUMBER",
            DefaultValueFactory = _ => ExampleCheck.DefaultTolerance,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.GetValueOrDefault<double>() is not (>= 0 and < double.PositiveInfinity))
                result.AddError("--tolerance must not be negative.");
        });
        return option;
    }
}
