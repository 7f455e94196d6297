using System.Globalization;
using System.Text;
using BatchFunctions.Storage;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Local.Tests.Jobs;

/// <summary>The sample's model, and customers for it.</summary>
internal static class Churn
{
    public const string Header = "user_id,age,income,credit_score,num_purchases,account_age_days,avg_transaction,num_returns,is_premium,region,category_preference";

    private static readonly string[] Regions = ["north", "north_east", "east", "south_east", "south", "south_west", "west", "north_west"];
    private static readonly string[] Categories = ["automotive", "beauty", "books", "toys"];

    private static string Folder => Path.Combine(RepositoryPaths.Root, "samples", "churn");

    /// <summary>A pipeline for CSV customers, with more lines behind.</summary>
    public static string Pipeline(string more = "", string source = "data/customers.csv") => $$"""
        name: churn
        source: { path: "{{source}}", id: user_id }
        model: churn@1.0.0
        validation:
          columns:
            age: { min: 0, max: 130 }
            region: { allowed: [north, north_east, east, south_east, south, south_west, west, north_west] }
        decisions:
          bands: { low: 0.2, medium: 0.5, high: 1.0 }
        output: { path: scored, include: [region] }
        {{more}}
        """;

    public static async Task<JobWorkbench> BenchAsync(StoreOptions? stores = null, string? address = null)
    {
        var bench = new JobWorkbench(stores, address);
        await bench.RegisterAsync(
            "churn",
            "1.0.0",
            await File.ReadAllBytesAsync(Path.Combine(Folder, "model.onnx"), TestContext.Current.CancellationToken),
            await File.ReadAllTextAsync(Path.Combine(Folder, "manifest.yaml"), TestContext.Current.CancellationToken));
        return bench;
    }

    /// <summary>Customers as CSV, the same for the same seed.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="replace">Gives a row's text, or null to leave it as it is.</param>
    public static string Customers(int rows, Func<int, string?>? replace = null)
    {
        var random = new Random(20260208);
        var csv = new StringBuilder(Header).Append('\n');
        for (int i = 0; i < rows; i++)
        {
            string row = string.Create(
                CultureInfo.InvariantCulture,
                $"{i + 1},{random.Next(18, 80)},{random.Next(15_000, 200_000)}.{random.Next(10, 99)},{random.Next(300, 851)},{random.Next(1, 25)},{random.Next(1, 3650)},{random.Next(5, 300)}.5,{random.Next(0, 4)},{(random.Next(10) < 3 ? "true" : "false")},{Regions[random.Next(8)]},{Categories[random.Next(4)]}");
            csv.Append(replace?.Invoke(i) ?? row).Append('\n');
        }

        return csv.ToString();
    }
}
