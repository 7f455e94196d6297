using System.Text.Json;
using BatchFunctions.Baselines;
using BatchFunctions.TestSupport;
using BatchFunctions.Workflow;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>Real customers: a baseline of one half raises nothing for the other half, and exactly what was done to it once that is changed.</summary>
public sealed class TelcoDriftTests
{
    private static readonly (string, string)[] Expected =
    [
        ("tenure", "psi"),
        ("Contract", "psi"), ("Contract", "unseen_rate"),
        ("TotalCharges", "missing_rate"),
    ];

    [Theory]
    [InlineData("linear", 10_000)]
    [InlineData("trees", 500)]
    public async Task The_other_half_raises_nothing(string model, int rows)
    {
        (_, JsonElement drift, JobResult result) = await RunAsync(model, rows, shift: false);

        Assert.Equal(JobStatus.Succeeded, result.Status);
        Assert.Equal(19, drift.GetProperty("features").GetArrayLength());
        Assert.All(drift.GetProperty("features").EnumerateArray(), f => Assert.Equal((3_521, false), (f.GetProperty("records").GetInt64(), f.GetProperty("drifted").GetBoolean())));
        Assert.Equal(3_521, drift.GetProperty("score").GetProperty("records").GetInt64());
    }

    [Theory]
    [InlineData("trees", 10_000)]
    [InlineData("trees", 300)]
    public async Task A_shifted_half_raises_exactly_what_was_shifted(string model, int rows)
    {
        (IReadOnlyList<(string, string)> alarms, JsonElement drift, JobResult result) = await RunAsync(model, rows, shift: true);

        Assert.Equal(JobStatus.SucceededWithWarnings, result.Status);
        Assert.Equal(Expected, alarms);
        JsonElement contract = drift.GetProperty("features").EnumerateArray().Single(f => f.GetProperty("feature").GetString() == "Contract");
        Assert.Equal(("Three year", 352L), (contract.GetProperty("unseen_values").EnumerateObject().Single().Name, contract.GetProperty("unseen").GetInt64()));
    }

    // The baseline is of the customers on even lines, the job of those on odd ones.
    private static async Task<(IReadOnlyList<(string, string)> Alarms, JsonElement Drift, JobResult Result)> RunAsync(string model, int rows, bool shift)
    {
        Telco.SkipUnlessPresent();
        using var bench = new JobWorkbench();
        await bench.RegisterAsync("telco", "1.0.0", Telco.Model(model), model == "trees" ? Telco.TreesManifest() : Telco.LinearManifest());
        string[] lines = await File.ReadAllLinesAsync(Telco.CustomersFile, TestContext.Current.CancellationToken);
        bench.Write("data/training.csv", string.Join('\n', lines.Where((_, i) => i == 0 || i % 2 == 1)) + "\n");
        string[] others = [.. lines.Skip(1).Where((_, i) => i % 2 == 1)];
        bench.Write("data/customers.csv", string.Join('\n', others.Select((line, i) => shift ? Shift(line, i, lines[0]) : line).Prepend(lines[0])) + "\n");
        string pipeline = bench.Write("telco.yaml", $$"""
            name: telco
            source: { path: data/customers.csv, id: customerID }
            model: telco@1.0.0
            monitoring: { baseline: baseline.yaml }
            output: { path: scored }
            shards: { target_rows: {{rows}} }
            """);
        MadeBaseline made = await new BaselineMaker(bench.Services()).MakeAsync(
            new BaselineRequest { Source = pipeline, Input = Path.Combine(bench.Data, "training.csv") }, TestContext.Current.CancellationToken);
        bench.Write("baseline.yaml", made.Text);

        JobResult result = await bench.RunAsync(JobWorkbench.Request(pipeline));

        Assert.True(result.RunFolder is not null, result.Error);
        JsonElement summary = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(result.RunFolder, "summary_metrics.json"), TestContext.Current.CancellationToken)).RootElement;
        return (
            [.. summary.GetProperty("alarms").EnumerateArray().Select(a => (a.GetProperty("feature").GetString()!, a.GetProperty("measure").GetString()!))],
            summary.GetProperty("drift"),
            result);
    }

    // Half the tenure, a new kind of contract for each tenth, and no total for each twentieth.
    private static string Shift(string line, int number, string header)
    {
        string[] fields = line.Split(','), names = header.Split(',');
        int tenure = Array.IndexOf(names, "tenure");
        fields[tenure] = (int.Parse(fields[tenure], null) / 2).ToString(null as IFormatProvider);
        if (number % 10 == 3)
            fields[Array.IndexOf(names, "Contract")] = "Three year";
        if (number % 20 == 7)
            fields[Array.IndexOf(names, "TotalCharges")] = "";
        return string.Join(',', fields);
    }
}
