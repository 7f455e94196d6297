using System.Text;
using BatchFunctions.Storage;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Tests.Storage;

public sealed class LocalObjectStoreTests : ObjectStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_is_overwritten_in_place_while_a_stream_reads_it_is_noticed()
    {
        var store = new LocalObjectStore(_folder.Path);
        var path = _folder.Combine("in.csv");
        await File.WriteAllBytesAsync(path, new byte[1000], Cancellation);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 2, 8, 0, 0, 0, DateTimeKind.Utc));
        var pinned = (await store.FindAsync("in.csv", Cancellation))!;
        await using var stream = await store.OpenReadAsync("in.csv", 0, null, pinned.ETag, Cancellation);
        var buffer = new byte[100];
        await stream.ReadExactlyAsync(buffer, Cancellation);

        await using (var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            writer.Write(new byte[1000]);

        var exception = await ThrowsAsync(ErrorKind.Integrity, () => stream.ReadExactlyAsync(buffer, Cancellation).AsTask());
        Assert.Contains("changed during the job", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_truncated_while_a_stream_reads_it_is_noticed()
    {
        var store = new LocalObjectStore(_folder.Path);
        await File.WriteAllBytesAsync(_folder.Combine("in.csv"), new byte[1000], Cancellation);
        await using var stream = await store.OpenReadAsync("in.csv", 0, null, null, Cancellation);
        await using (var writer = new FileStream(_folder.Combine("in.csv"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            writer.SetLength(10);

        await ThrowsAsync(ErrorKind.Integrity, () => stream.CopyToAsync(Stream.Null, Cancellation));
    }

    [Fact]
    public async Task A_file_that_is_replaced_while_a_stream_reads_it_is_read_to_its_end()
    {
        var store = new LocalObjectStore(_folder.Path);
        var pinned = await PutAsync(store, "in.csv", "the pinned version");
        await using var stream = await store.OpenReadAsync("in.csv", 0, null, pinned.ETag, Cancellation);
        await PutAsync(store, "in.csv", "another");

        using var reader = new StreamReader(stream, Encoding.UTF8);
        Assert.Equal("the pinned version", await reader.ReadToEndAsync(Cancellation));
    }

    [Fact]
    public async Task Links_that_lead_out_are_refused_and_those_that_stay_inside_are_followed()
    {
        using var outside = new TemporaryFolder();
        await File.WriteAllTextAsync(outside.Combine("secret.csv"), "secret", Cancellation);
        var store = new LocalObjectStore(_folder.Combine("root"));
        await PutAsync(store, "data/in.csv", "inside");
        Directory.CreateSymbolicLink(_folder.Combine("root", "inner"), _folder.Combine("root", "data"));
        File.CreateSymbolicLink(_folder.Combine("root", "in.csv"), Path.Combine("data", "in.csv"));
        Assert.Equal("inside", await ReadAllAsync(store, "inner/in.csv", null));
        Assert.Equal("inside", await ReadAllAsync(store, "in.csv", null));
        Assert.Equal(["data/in.csv", "in.csv", "inner/in.csv"], (await ListAsync(store, "")).Select(file => file.Key));

        Directory.CreateSymbolicLink(_folder.Combine("root", "out"), outside.Path);
        File.CreateSymbolicLink(_folder.Combine("root", "data", "out.csv"), outside.Combine("secret.csv"));
        foreach (var key in (string[])["out/secret.csv", "data/out.csv", "inner/out.csv"])
        {
            var exception = await ThrowsAsync(ErrorKind.Request, () => store.OpenReadAsync(key, 0, null, null, Cancellation));
            Assert.Contains("symbolic link", exception.Message, StringComparison.Ordinal);
            await ThrowsAsync(ErrorKind.Request, () => store.FindAsync(key, Cancellation));
            await ThrowsAsync(ErrorKind.Request, () => store.PutAsync(key, Bytes("x"), PutCondition.None, Cancellation));
            await ThrowsAsync(ErrorKind.Request, () => store.DeleteAsync(key, Cancellation));
        }

        await ThrowsAsync(ErrorKind.Request, () => ListAsync(store, "out/"));
        await ThrowsAsync(ErrorKind.Request, () => ListAsync(store, ""));
        await ThrowsAsync(ErrorKind.Request, () => store.StageAsync("out", Cancellation));
        Assert.Equal("secret", await File.ReadAllTextAsync(outside.Combine("secret.csv"), Cancellation));

        var unbounded = new LocalObjectStore(_folder.Combine("root"), Path.GetPathRoot(_folder.Path));
        Assert.Equal("secret", await ReadAllAsync(unbounded, "out/secret.csv", null));
        Assert.Contains("out/secret.csv", (await ListAsync(unbounded, "")).Select(file => file.Key));
    }

    [Fact]
    public async Task Links_that_lead_in_circles_are_told()
    {
        var store = new LocalObjectStore(_folder.Path);
        await PutAsync(store, "data/in.csv", "x");
        Directory.CreateSymbolicLink(_folder.Combine("data", "again"), _folder.Combine("data"));
        await ThrowsAsync(ErrorKind.Request, () => ListAsync(store, ""));
    }

    [Fact]
    public async Task Files_of_killed_writers_are_invisible_and_can_be_removed()
    {
        var store = new LocalObjectStore(_folder.Path);
        var staged = await store.StageAsync("run/predictions", Cancellation);
        await staged.Stream.WriteAsync(Bytes("half a pa"), Cancellation);
        await staged.Stream.FlushAsync(Cancellation);
        var left = Assert.Single(Directory.GetFiles(_folder.Combine("run", "predictions")));
        Assert.StartsWith(".", Path.GetFileName(left), StringComparison.Ordinal);

        Assert.Empty(await ListAsync(store, ""));
        Assert.Equal(0, await store.RemoveStaleStagingAsync("run", TimeSpan.FromHours(1), Cancellation));
        Assert.True(File.Exists(left));
        File.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddHours(-2));
        Assert.Equal(1, await store.RemoveStaleStagingAsync("run", TimeSpan.FromHours(1), Cancellation));
        Assert.False(Directory.Exists(_folder.Combine("run")));
        await staged.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_but_the_objects_is_left_in_the_folder()
    {
        var store = new LocalObjectStore(_folder.Combine("new", "root"));
        await PutAsync(store, "a/b", "1");
        await PutAsync(store, "a/b", "2");
        await store.PutAsync("a/b", Bytes("3"), PutCondition.IfAbsent, Cancellation);
        Assert.Equal([_folder.Combine("new", "root", "a", "b")], Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));

        await store.DeleteAsync("a/b", Cancellation);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Combine("new", "root")));
    }

    [Fact]
    public async Task A_key_below_a_file_and_a_key_that_is_a_folder_are_refused()
    {
        var store = new LocalObjectStore(_folder.Path);
        await PutAsync(store, "folder/file", "x");
        await ThrowsAsync(ErrorKind.Request, () => store.PutAsync("folder", Bytes("x"), PutCondition.None, Cancellation));
        await ThrowsAsync(ErrorKind.Request, () => store.PutAsync("folder", Bytes("x"), PutCondition.IfAbsent, Cancellation));
        await ThrowsAsync(ErrorKind.Request, () => store.PutAsync("folder/file/below", Bytes("x"), PutCondition.None, Cancellation));
        await ThrowsAsync(ErrorKind.Integrity, () => store.OpenReadAsync("folder", 0, null, null, Cancellation));
    }

    [Theory]
    [InlineData(28, ErrorKind.Environment, "disk full")]
    [InlineData(30, ErrorKind.Environment, "read-only")]
    [InlineData(5, ErrorKind.Environment, "check the disk")]
    [InlineData(11, ErrorKind.Transient, "cannot be written")]
    public void Failures_of_the_disk_say_what_to_do(int errno, ErrorKind kind, string words)
    {

        var exception = FileErrors.Translate(new IOException("native message", errno), "/data/out", "cannot be written");
        Assert.Equal(kind, exception.Kind);
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
        Assert.Contains("/data/out", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Denied_access_is_no_passing_trouble() =>
        Assert.Equal(ErrorKind.Environment, FileErrors.Translate(new UnauthorizedAccessException(), "/data", "cannot be read").Kind);

    [Fact]
    public async Task Writers_and_deleters_in_one_folder_do_not_get_in_each_others_way()
    {
        var store = new LocalObjectStore(_folder.Path);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                for (var i = 0; i < 50; i++)
                {
                    Assert.NotNull(await store.PutAsync($"a/b/{writer}", Bytes("x"), PutCondition.IfAbsent, Cancellation));
                    await store.DeleteAsync($"a/b/{writer}", Cancellation);
                }
            },
            Cancellation)));
        Assert.Empty(await ListAsync(store, ""));
    }

    public void Dispose() => _folder.Dispose();

    protected override Task<IObjectStore> CreateAsync() => Task.FromResult<IObjectStore>(new LocalObjectStore(_folder.Combine("store")));

    protected override IObjectStore Twin(IObjectStore store) => new LocalObjectStore(((LocalObjectStore)store).Root);
}
