using System.Security.Cryptography;
using System.Text;
using BatchFunctions.Results;
using BatchFunctions.Storage;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Tests.Results;

public sealed class StagedPartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LocalObjectStore _store;

    public StagedPartTests() => _store = new LocalObjectStore(_folder.Path);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_part_is_named_by_what_was_written_to_it()
    {
        byte[] content = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 20_000)));
        await using var staged = new StagedPart(new StoreLocation(_store, "run"), "_staging/predictions");
        Stream stream = await staged.OpenAsync(Stop);
        stream.Write(content.AsSpan(0, 5));
        await stream.WriteAsync(content.AsMemory(5, 80_000), Stop);
        await (await staged.OpenAsync(Stop)).WriteAsync(content.AsMemory(80_005), Stop);
        Part part = await staged.CommitAsync(7, "csv", 20_000, Stop);

        string hash = Convert.ToHexStringLower(SHA256.HashData(content));
        Assert.Equal(new Part($"part-00007-{hash[..16]}.csv", 20_000, content.Length, hash), part);
        Assert.Equal(content, await File.ReadAllBytesAsync(_folder.Combine("run", "_staging", "predictions", part.Name), Stop));
    }

    [Fact]
    public async Task What_nobody_wrote_to_leaves_nothing_behind_nor_does_what_is_not_committed()
    {
        await using (var unused = new StagedPart(new StoreLocation(_store, "run"), "_staging/rejects"))
        await using (var broken = new StagedPart(new StoreLocation(_store, "run"), "_staging/predictions"))
            (await broken.OpenAsync(Stop)).Write("half a pa"u8);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task The_same_content_written_twice_is_one_part()
    {
        var parts = new List<Part>();
        for (int i = 0; i < 2; i++)
        {
            await using var staged = new StagedPart(new StoreLocation(_store, "run"), "_staging/predictions");
            (await staged.OpenAsync(Stop)).Write("the same"u8);
            parts.Add(await staged.CommitAsync(0, "parquet", 1, Stop));
        }

        Assert.Equal(parts[0], parts[1]);
        Assert.Single(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    public void Dispose() => _folder.Dispose();
}
