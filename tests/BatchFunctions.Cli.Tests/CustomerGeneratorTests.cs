using BatchFunctions.Cli.Demo;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Cli.Tests;

public sealed class CustomerGeneratorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        var first = await GenerateAsync("a", 130_000, 7);
        var again = await GenerateAsync("b", 130_000, 7);
        var other = await GenerateAsync("c", 130_000, 8);

        Assert.Equal(["customers-0000.csv", "customers-0001.csv"], first.Keys);
        Assert.Equal(first, again);
        Assert.NotEqual(first["customers-0000.csv"], other["customers-0000.csv"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(125_000)]
    [InlineData(125_001)]
    public async Task There_are_as_many_records_as_were_asked_for_each_with_an_id_of_its_own(int rows)
    {
        var records = RecordsOf(await GenerateAsync("customers", rows, 1));

        Assert.Equal(rows, records.Count);
        Assert.Equal(rows, records.Select(r => r[0]).Distinct().Count());
    }

    [Fact]
    public async Task About_one_record_in_a_thousand_is_broken_in_each_of_the_ways()
    {
        var records = RecordsOf(await GenerateAsync("customers", 100_000, 3));

        var (broken, whole) = (records.Where(IsBroken).ToList(), records.Where(r => !IsBroken(r)).ToList());
        Assert.InRange(broken.Count, 60, 140);
        Assert.Contains(broken, r => r.Length < 11);
        Assert.Contains(broken, r => r.Length > 11);
        Assert.Contains(broken, r => r[1] == "thirty");
        Assert.Contains(broken, r => r[3].Length == 0);
        Assert.Contains(broken, r => r.Length == 11 && r[5].Length == 0);
        Assert.Contains(broken, r => r.Length == 11 && r[6].StartsWith('-'));
        Assert.Contains(broken, r => r.Length == 11 && r[10].Length == 0);
        Assert.Contains(broken, r => r.Length == 11 && r[8] == "perhaps");
        Assert.Contains(broken, r => r.Length == 11 && r[9] == "atlantis");
        Assert.InRange(whole.Average(r => int.Parse(r[4])), 11.9, 12.1);
        Assert.InRange(whole.Average(r => int.Parse(r[3])), 675, 682);
        Assert.InRange(whole.Average(r => double.Parse(r[6])), 79, 81);
        Assert.InRange(whole.Average(r => int.Parse(r[7])), 1.18, 1.22);
        Assert.InRange(whole.Count(r => r[2].Length == 0) / (double)whole.Count, 0.008, 0.012);
        Assert.InRange(whole.Where(r => r[2].Length > 0).Average(r => Math.Log(double.Parse(r[2]))), 10.79, 10.81);
        Assert.InRange(whole.Count(r => r[8] == "true") / (double)whole.Count, 0.29, 0.31);
    }

    [Fact]
    public async Task What_is_not_finished_is_not_there()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            CustomerGenerator.GenerateAsync(_folder.Combine("customers"), 200_000, 1, stopped.Token));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();

    private static bool IsBroken(string[] record) =>
        record.Length != 11
        || !int.TryParse(record[1], out var age) || age > 130
        || !int.TryParse(record[3], out var score) || score < 300
        || record[5].Length == 0
        || record[6].StartsWith('-')
        || record[8] is not ("true" or "false")
        || record[9] == "atlantis"
        || record[10].Length == 0;

    private static List<string[]> RecordsOf(SortedDictionary<string, string> files) =>
        [.. files.Values.SelectMany(text => text.TrimEnd('\n').Split('\n').Skip(1)).Select(line => line.Split(','))];

    private async Task<SortedDictionary<string, string>> GenerateAsync(string name, int rows, uint seed)
    {
        var folder = _folder.Combine(name);
        await CustomerGenerator.GenerateAsync(folder, rows, seed, TestContext.Current.CancellationToken);
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder))
            files.Add(Path.GetFileName(path), await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        return files;
    }
}
