using BatchFunctions.Data;
using BatchFunctions.Planning;
using BatchFunctions.Storage;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Tests.Planning;

public sealed class SnapshotReaderTests(AzuriteFixture azurite) : IDisposable
{
    private static readonly DateOnly Date = new(2026, 2, 8);
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_glob_gives_its_files_in_the_order_of_their_keys()
    {
        Write("in/b.csv", "in/a.csv", "in/a10.csv", "in/a2.csv", "in/c/a.csv", "in/_SUCCESS", "in/.hidden.csv", "in/notes.txt");
        var snapshot = await ReadAsync("in/*.csv");
        Assert.Equal(["a.csv", "a10.csv", "a2.csv", "b.csv"], snapshot.Select(file => file.Key));
        Assert.All(snapshot, file => Assert.Equal(1, file.Length));
        Assert.Equal(FileFormat.Csv, SnapshotReader.FormatOf(snapshot));
    }

    [Fact]
    public async Task A_folder_means_every_data_file_below_it()
    {
        Write("in/b.csv", "in/c/a.csv.gz", "in/_work/x.csv", "in/.hidden/x.csv", "in/notes.txt", "in/c/_SUCCESS", "in2/x.csv");
        Assert.Equal(["in/b.csv", "in/c/a.csv.gz"], (await ReadAsync("in")).Select(file => file.Key));
        Assert.Equal(["b.csv", "c/a.csv.gz"], (await ReadAsync("in/")).Select(file => file.Key));
    }

    [Fact]
    public async Task A_given_format_takes_in_endings_that_are_not_known()
    {
        Write("in/part-00000", "in/part-00001", "in/old.parquet", "in/_SUCCESS");
        var snapshot = await SnapshotReader.ReadAsync(Place("in"), Date, FileFormat.Csv, Cancellation);
        Assert.Equal(["in/part-00000", "in/part-00001"], snapshot.Select(file => file.Key));
    }

    [Fact]
    public async Task A_single_file_is_meant_by_its_name_even_where_that_looks_like_a_glob()
    {
        Write("in/part[1].csv", "in/part1.csv");
        Assert.Equal(["part[1].csv"], (await ReadAsync("in/part[1].csv")).Select(file => file.Key));
        Assert.Equal(["part1.csv"], (await ReadAsync("in/part[12].csv")).Select(file => file.Key));
    }

    [Fact]
    public async Task Dates_and_partitions_are_read_from_the_folders()
    {
        Write("in/dt=2026-02-08/region=s%C3%BCd%2Fost/a.csv", "in/dt=2026-02-08/region=__HIVE_DEFAULT_PARTITION__/a.csv", "in/dt=2026-02-07/region=x/a.csv");
        var snapshot = await ReadAsync("in/dt={date}/**/*.csv");
        Assert.Equal(2, snapshot.Count);
        Assert.Equal([("dt", "2026-02-08"), ("region", "")], snapshot[0].Partitions.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal([("dt", "2026-02-08"), ("region", "süd/ost")], snapshot[1].Partitions.Select(pair => (pair.Key, pair.Value)));

        Assert.Equal("2026-02-08", (await ReadAsync("in/dt=2026-02-08/region=s%C3%BCd%2Fost/a.csv"))[0].Partitions["dt"]);
        Assert.Equal(2, (await ReadAsync("in/dt={date}/")).Count);
    }

    [Fact]
    public async Task Files_that_differ_in_their_partitions_are_refused()
    {
        Write("in/dt=1/a.csv", "in/b.csv");
        Assert.Contains("dt", (await RefusedAsync("in/**/*.csv")).Message, StringComparison.Ordinal);
        Write("twice/a=1/a=2/x.csv");
        Assert.Contains("two values", (await RefusedAsync("twice/**/*.csv")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nothing_matches_the_error_says_what_is_near()
    {
        Write("in/a.txt", "in/b.txt", "in/c.json");
        var glob = await RefusedAsync("in/*.csv");
        Assert.Contains(_folder.Combine("in", "*.csv"), glob.Message, StringComparison.Ordinal);
        Assert.Contains("3 files (2 .txt, 1 .json)", glob.Message, StringComparison.Ordinal);
        Assert.Contains("3 files", (await RefusedAsync("in")).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", (await RefusedAsync("nowhere/*.csv")).Message, StringComparison.Ordinal);
        Assert.Contains("3 files", (await RefusedAsync("in/missing.csv")).Message, StringComparison.Ordinal);
        Assert.Contains("2026-02-08", (await RefusedAsync("in/{date}.csv")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_files_are_refused_unless_another_has_records()
    {
        Write("in/b.csv");
        await File.WriteAllTextAsync(_folder.Combine("in", "a.csv"), "", Cancellation);
        Assert.Equal(2, (await ReadAsync("in/*.csv")).Count);
        Assert.Contains("0 bytes", (await RefusedAsync("in/a.csv")).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder.Combine("in", "b.csv"), "", Cancellation);
        Assert.Contains("All 2 files", (await RefusedAsync("in/*.csv")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mixed_and_unknown_formats_are_refused()
    {
        Write("in/a.csv", "in/b.parquet", "in/c.txt");
        var mixed = await ReadAsync("in/{a,b}.*");
        Assert.Contains("different formats", Assert.Throws<BatchFunctionsException>(() => SnapshotReader.FormatOf(mixed)).Message, StringComparison.Ordinal);
        var unknown = await ReadAsync("in/c.txt");
        Assert.Contains("source.format", Assert.Throws<BatchFunctionsException>(() => SnapshotReader.FormatOf(unknown)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_digest_stands_for_keys_lengths_and_etags()
    {
        Write("in/a.csv", "in/b.csv");
        var first = await ReadAsync("in/*.csv");
        var digest = SnapshotReader.DigestOf(first);
        Assert.Matches("^[0-9a-f]{64}$", digest);
        Assert.Equal(digest, SnapshotReader.DigestOf(await ReadAsync("in/*.csv")));
        Assert.NotEqual(digest, SnapshotReader.DigestOf([first[0]]));
        Assert.NotEqual(digest, SnapshotReader.DigestOf([first[0], first[1] with { Length = 2 }]));
        Assert.NotEqual(digest, SnapshotReader.DigestOf([first[0], first[1] with { ETag = "x" }]));
        Assert.NotEqual(digest, SnapshotReader.DigestOf([first[0], first[1] with { Key = "c.csv" }]));
    }

    [Fact]
    public async Task Blobs_are_pinned_as_files_are()
    {
        var container = await azurite.CreateContainerAsync(Cancellation);
        foreach (var key in (string[])["in/dt=2026-02-08/b.csv", "in/dt=2026-02-08/a.csv", "in/dt=2026-02-07/a.csv", "in/dt=2026-02-08/_SUCCESS"])
            await container.UploadBlobAsync(key, BinaryData.FromString("x"), Cancellation);
        var resolver = new StoreResolver(new StoreOptions { AzureConnectionString = await azurite.GetConnectionStringAsync() });

        foreach (var path in (string[])["in/dt={date}/*.csv", "in/dt={date}", "in/dt={date}/"])
        {
            var snapshot = await SnapshotReader.ReadAsync(resolver.Resolve($"azure://{container.Name}/{path}", ""), Date, Cancellation);
            Assert.Equal(["in/dt=2026-02-08/a.csv", "in/dt=2026-02-08/b.csv"], snapshot.Select(file => file.Key));
            Assert.Equal("2026-02-08", snapshot[0].Partitions["dt"]);
        }

        var missing = resolver.Resolve("azure://not-there/in/*.csv", "");
        var exception = await Assert.ThrowsAsync<BatchFunctionsException>(() => SnapshotReader.ReadAsync(missing, Date, Cancellation));
        Assert.Equal(ErrorKind.Request, exception.Kind);
        Assert.Contains("azure://not-there/in does not exist", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private void Write(params string[] names)
    {
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.Combine(name))!);
            File.WriteAllText(_folder.Combine(name), "x");
        }
    }

    private StoreLocation Place(string path) => new StoreResolver().Resolve(path, _folder.Path);

    private Task<IReadOnlyList<SnapshotFile>> ReadAsync(string path) => SnapshotReader.ReadAsync(Place(path), Date, Cancellation);

    private async Task<BatchFunctionsException> RefusedAsync(string path)
    {
        var exception = await Assert.ThrowsAsync<BatchFunctionsException>(() => ReadAsync(path));
        Assert.Equal(ErrorKind.Request, exception.Kind);
        return exception;
    }
}
