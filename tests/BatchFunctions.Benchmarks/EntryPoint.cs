using System.CommandLine;
using System.Text.Json;
using BatchFunctions.Benchmarks.Comparison;
using BatchFunctions.Benchmarks.Contenders;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace BatchFunctions.Benchmarks;

/// <summary>The commands: <c>compare</c> for people, <c>contender</c> for the processes that it starts.</summary>
internal static class EntryPoint
{
    public static async Task<int> RunAsync(string[] args)
    {
        var rows = new Option<int>("--rows") { Description = "Rows of the data.", DefaultValueFactory = _ => 5_000_000 };
        var rounds = new Option<int>("--rounds") { Description = "How often each contender runs; those that warm it up do not count.", DefaultValueFactory = _ => 5 };
        var folder = new Option<string>("--folder") { Description = "Where data and outputs go.", DefaultValueFactory = _ => Path.Combine("artifacts", "benchmarks") };
        var models = new Option<string?>("--models") { Description = "The folder of the benchmark's models and scaler.json. Default: shared/bench/models beside the repository." };
        var telco = new Option<string?>("--telco") { Description = "The folder of the Telco customers and their models. Default: shared/data/telco beside the repository." };
        var only = new Option<string[]>("--only") { Description = "Which comparisons: " + string.Join(", ", ComparisonPlan.Names) + ". Default: all.", AllowMultipleArgumentsPerToken = true };
        var compare = new Command("compare", "Runs every comparison, its contenders in turns, and prints medians and ratios.") { rows, rounds, folder, models, telco, only };
        compare.SetAction((parsed, stop) => new ComparisonPlan(
            parsed.GetValue(rows), parsed.GetValue(rounds), Path.GetFullPath(parsed.GetValue(folder)!), parsed.GetValue(models), parsed.GetValue(telco), parsed.GetValue(only) ?? []).RunAsync(Console.Out, stop));

        var format = new Option<string>("--format") { Description = "parquet or csv.", DefaultValueFactory = _ => "parquet" };
        var stages = new Command("stages", "Measures each stage alone, on one thread.") { format, folder, models };
        stages.SetAction(parsed => RunStages(
            new ComparisonPlan(500_000, 1, Path.GetFullPath(parsed.GetValue(folder)!), parsed.GetValue(models), null, []).StageSetup(parsed.GetValue(format)!), Path.GetFullPath(parsed.GetValue(folder)!)));

        var url = new Option<string>("--url") { Description = "Where a replica of the scoring service answers.", Required = true };
        var key = new Option<string>("--key") { Description = "Its key.", Required = true };
        var pipeline = new Option<string>("--pipeline") { Description = "The pipeline to score by.", Required = true };
        var file = new Option<string>("--file") { Description = "The rows, a JSON Lines file.", Required = true };
        var rate = new Option<int>("--rate") { Description = "Requests a second, each with one row.", DefaultValueFactory = _ => 200 };
        var seconds = new Option<int>("--seconds") { Description = "For how long, after 5 s to warm up.", DefaultValueFactory = _ => 30 };
        var predict = new Command("predict", "Asks the scoring service for scores at a fixed rate and says how long the answers took.") { url, key, pipeline, file, rate, seconds };
        predict.SetAction((parsed, stop) => new PredictLoad(
            new Uri(parsed.GetValue(url)!), parsed.GetValue(key)!, parsed.GetValue(pipeline)!, parsed.GetValue(file)!, parsed.GetValue(rate), parsed.GetValue(seconds)).RunAsync(Console.Out, stop));

        var setup = new Argument<string>("SETUP") { Description = "The contender's setup, a JSON file." };
        var contender = new Command("contender", "Runs one contender, told by lines on stdin when to.") { Hidden = true };
        contender.Add(setup);
        contender.SetAction((parsed, stop) => ContenderLoop.RunAsync(parsed.GetValue(setup)!, Console.In, Console.Out, stop));
        var question = new Argument<string>("SQL") { Description = "The question." };
        var duckDb = new Command("duckdb", "Answers a question with nothing but DuckDB.") { Hidden = true };
        duckDb.Add(question);
        duckDb.SetAction(parsed => QueryComparison.Answer(parsed.GetValue(question)!, Console.Out));
        return await new RootCommand("Measures BatchFunctions against its rivals and against its own stages.") { compare, stages, predict, contender, duckDb }.Parse(args).InvokeAsync();
    }

    // In this process: a project that is built for each run would not find this one's settings.
    private static void RunStages(ContenderSetup setup, string folder)
    {
        var file = Path.Combine(folder, "stages.json");
        File.WriteAllText(file, JsonSerializer.Serialize(setup, ContenderJson.Default.ContenderSetup));
        Environment.SetEnvironmentVariable(StageBenchmarks.SetupVariable, file);
        BenchmarkRunner.Run<StageBenchmarks>(ManualConfig
            .Create(DefaultConfig.Instance)
            .WithArtifactsPath(folder)
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));
    }
}
