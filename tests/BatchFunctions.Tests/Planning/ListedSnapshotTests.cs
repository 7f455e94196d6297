using System.Text;
using BatchFunctions.Planning;
using BatchFunctions.Storage;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Tests.Planning;

/// <summary>Snapshots of the files of a list.</summary>
public sealed class ListedSnapshotTests : IDisposable
{
    private static readonly DateOnly Date = new(2026, 2, 8);
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _leftOut = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_has_exactly_the_listed_files_in_the_order_of_their_keys()
    {
        ArrivedFile[] files = [.. await WriteAsync("b.csv", "a.csv", "c.csv", "a10.csv")];

        IReadOnlyList<SnapshotFile> snapshot = await ReadAsync("in/*.csv", [files[0], files[3], files[1]]);

        Assert.Equal(["a.csv", "a10.csv", "b.csv"], snapshot.Select(f => f.Key));
        Assert.Equal([files[1].ETag, files[3].ETag, files[0].ETag], snapshot.Select(f => f.ETag));
        Assert.Empty(_leftOut);
    }

    [Fact]
    public async Task Files_that_are_gone_or_were_changed_since_are_left_out()
    {
        ArrivedFile[] files = [.. await WriteAsync("a.csv", "b.csv", "c.csv")];
        File.Delete(_folder.Combine("in", "a.csv"));
        await File.AppendAllTextAsync(_folder.Combine("in", "b.csv"), "more", Cancellation);

        Assert.Equal(["c.csv"], (await ReadAsync("in/*.csv", files)).Select(f => f.Key));
        Assert.Equal(["a.csv", "b.csv"], _leftOut);
    }

    [Fact]
    public async Task A_list_of_which_nothing_is_left_is_refused()
    {
        ArrivedFile[] files = [.. await WriteAsync("a.csv", "b.csv")];
        File.Delete(_folder.Combine("in", "a.csv"));
        File.Delete(_folder.Combine("in", "b.csv"));

        var refusal = await Assert.ThrowsAsync<BatchFunctionsException>(() => ReadAsync("in/*.csv", files));

        Assert.Equal(ErrorKind.Request, refusal.Kind);
        Assert.StartsWith("There is no input: of the 2 files that arrived for this job, a.csv first, all are gone or were changed since.", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("in/*.jsonl")]
    [InlineData("in/{date}/*.csv")]
    [InlineData("other/*.csv")]
    [InlineData("in/b.csv")]
    public async Task A_list_that_leads_elsewhere_than_the_source_is_refused(string source)
    {
        ArrivedFile[] files = [.. await WriteAsync("a.csv")];

        var refusal = await Assert.ThrowsAsync<BatchFunctionsException>(() => ReadAsync(source, files));

        Assert.Equal(ErrorKind.Request, refusal.Kind);
        Assert.Contains("are not its pipeline's", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("in/dt={date}/*.csv")]
    [InlineData("in/{date:yyyy/MM/dd}")]
    [InlineData("in/{date:yyyy}/{date:MM}/{date:dd}/part-*.csv")]
    [InlineData("**/{date:yyyyMMdd}?{a,b}.csv")]
    [InlineData("in/{date:ddd, dd MMM yyyy}/*.csv")]
    [InlineData("in/{date:'week-of-'yy-M-d}/*.csv")]
    [InlineData("in/{date:yyyy}/{date}.csv")]
    public void A_date_is_read_back_from_every_name_that_it_makes(string source)
    {
        var dated = DatedSourcePattern.Parse(source);
        for (DateOnly date = new(2023, 12, 25); date < new DateOnly(2025, 3, 1); date = date.AddDays(6))
        {
            string key = SourcePattern.Parse(source, date).Text
                .Replace("**", "in/x", StringComparison.Ordinal).Replace("*", "7", StringComparison.Ordinal).Replace("?{a,b}", "-b", StringComparison.Ordinal);
            key = key.EndsWith(".csv", StringComparison.Ordinal) ? key : key + "/sub/x.csv";

            Assert.True(dated.IsMatch(key, format: null, out DateOnly? said), key);
            Assert.Equal(date, said);
            Assert.StartsWith(dated.Prefix, key, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_month_stands_for_its_first_day()
    {
        Assert.True(DatedSourcePattern.Parse("in/{date:yyyy-MM}/*.csv").IsMatch("in/2026-02/a.csv", format: null, out DateOnly? said));
        Assert.Equal(new DateOnly(2026, 2, 1), said);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<List<ArrivedFile>> WriteAsync(params string[] names)
    {
        StoreLocation source = Place("in/*.csv");
        List<ArrivedFile> files = [];
        foreach (string name in names)
        {
            ObjectProperties written = (await source.Store.PutAsync(name, Encoding.UTF8.GetBytes(name), PutCondition.None, Cancellation))!;
            files.Add(new ArrivedFile(name, written.ETag, written.Length));
        }

        return files;
    }

    private StoreLocation Place(string path) => new StoreResolver().Resolve(path, _folder.Path);

    private Task<IReadOnlyList<SnapshotFile>> ReadAsync(string source, IReadOnlyList<ArrivedFile> files) =>
        SnapshotReader.ReadListedAsync(Place(source), Date, format: null, new ArrivalList(Place("in/*.csv").Store.Address, files), f => _leftOut.Add(f.Key), Cancellation);
}
