using System.Security.Cryptography;
using System.Text;
using BatchFunctions.Storage;

namespace BatchFunctions.Tests.Storage;

/// <summary>What every store promises; run on each of them.</summary>
public abstract class ObjectStoreContract
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>An empty store.</summary>
    protected abstract Task<IObjectStore> CreateAsync();

    /// <summary>Another client of the same store, as another process would have one.</summary>
    protected abstract IObjectStore Twin(IObjectStore store);

    [Fact]
    public async Task What_was_put_is_found_listed_and_read()
    {
        var store = await CreateAsync();
        var put = await store.PutAsync("a/b/c.json", Bytes("hello"), PutCondition.None, Cancellation);

        Assert.NotNull(put);
        Assert.Equal(("a/b/c.json", 5L), (put.Key, put.Length));
        Assert.NotEmpty(put.ETag);
        Assert.Equal(put, await store.FindAsync("a/b/c.json", Cancellation));
        Assert.Equal([put], await ListAsync(store, ""));
        Assert.Equal("hello", await ReadAllAsync(store, "a/b/c.json", put.ETag));
    }

    [Fact]
    public async Task An_empty_object_is_an_object()
    {
        var store = await CreateAsync();
        var put = await store.PutAsync("_SUCCESS", ReadOnlyMemory<byte>.Empty, PutCondition.None, Cancellation);

        Assert.NotNull(put);
        Assert.Equal(0, put.Length);
        Assert.Equal("", await ReadAllAsync(store, "_SUCCESS", put.ETag));
        await store.ReadAsync("_SUCCESS", 0, Memory<byte>.Empty, put.ETag, Cancellation);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found_and_a_folder_is_no_object()
    {
        var store = await CreateAsync();
        Assert.Null(await store.FindAsync("a", Cancellation));
        await PutAsync(store, "a/b", "x");

        Assert.Null(await store.FindAsync("a", Cancellation));
        Assert.Null(await store.FindAsync("a/c", Cancellation));
        Assert.Null(await store.FindAsync("a/b/c", Cancellation));
    }

    [Fact]
    public async Task Reading_what_is_not_there_is_an_integrity_error_that_names_it()
    {
        var store = await CreateAsync();
        await PutAsync(store, "there", "x");

        var read = await ThrowsAsync(ErrorKind.Integrity, () => store.ReadAsync("gone.csv", 0, new byte[1], null, Cancellation).AsTask());
        var opened = await ThrowsAsync(ErrorKind.Integrity, () => store.OpenReadAsync("gone.csv", 0, null, null, Cancellation));
        Assert.Contains("gone.csv", read.Message, StringComparison.Ordinal);
        Assert.Contains("gone.csv", opened.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(3, 4)]
    [InlineData(9, 1)]
    [InlineData(10, 0)]
    [InlineData(0, 0)]
    public async Task Ranges_are_read_exactly(int offset, int length)
    {
        var store = await CreateAsync();
        var put = await PutAsync(store, "digits", "0123456789");
        var buffer = new byte[length];

        await store.ReadAsync("digits", offset, buffer, put.ETag, Cancellation);
        Assert.Equal("0123456789".Substring(offset, length), Encoding.UTF8.GetString(buffer));

        Assert.Equal("0123456789".Substring(offset, length), await ReadAllAsync(store, "digits", put.ETag, offset, length));
        Assert.Equal("0123456789"[offset..], await ReadAllAsync(store, "digits", put.ETag, offset));
    }

    [Theory]
    [InlineData(0, 11)]
    [InlineData(9, 2)]
    [InlineData(10, 1)]
    [InlineData(20, 1)]
    public async Task A_range_beyond_the_end_is_an_integrity_error(int offset, int length)
    {
        var store = await CreateAsync();
        await PutAsync(store, "digits", "0123456789");

        await ThrowsAsync(ErrorKind.Integrity, () => store.ReadAsync("digits", offset, new byte[length], null, Cancellation).AsTask());
        await ThrowsAsync(ErrorKind.Integrity, () => ReadAllAsync(store, "digits", null, offset, length));
    }

    [Fact]
    public async Task A_stale_etag_is_an_integrity_error_that_says_that_the_object_changed()
    {
        var store = await CreateAsync();
        var pinned = await PutAsync(store, "in.csv", "first");
        await PutAsync(store, "in.csv", "other");

        var read = await ThrowsAsync(ErrorKind.Integrity, () => store.ReadAsync("in.csv", 0, new byte[5], pinned.ETag, Cancellation).AsTask());
        var opened = await ThrowsAsync(ErrorKind.Integrity, () => store.OpenReadAsync("in.csv", 1, null, pinned.ETag, Cancellation));
        Assert.Contains("in.csv", read.Message, StringComparison.Ordinal);
        Assert.Contains("changed", read.Message, StringComparison.Ordinal);
        Assert.Contains("changed", opened.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_etag_changes_with_every_rewrite_even_at_the_same_length()
    {
        var store = await CreateAsync();
        var seen = new HashSet<string>();
        for (var i = 0; i < 50; i++)
        {
            var put = await PutAsync(store, "same-length", $"{i:d4}");
            Assert.True(seen.Add(put.ETag));
            Assert.Equal(put.ETag, (await store.FindAsync("same-length", Cancellation))?.ETag);
        }
    }

    [Fact]
    public async Task Of_sixteen_writers_exactly_one_finds_the_key_absent()
    {
        var store = await CreateAsync();
        IObjectStore[] clients = [store, Twin(store)];
        for (var round = 0; round < 5; round++)
        {
            var key = $"shards/{round:d5}.json";
            var results = await RaceAsync(16, i => clients[i % 2].PutAsync(key, Bytes($"writer {i:d2}"), PutCondition.IfAbsent, Cancellation));

            var winner = Assert.Single(Enumerable.Range(0, 16), i => results[i] is not null);
            Assert.Equal($"writer {winner:d2}", await ReadAllAsync(store, key, results[winner]!.ETag));
        }
    }

    [Fact]
    public async Task Of_sixteen_staged_objects_exactly_one_is_committed_where_the_key_must_be_absent()
    {
        var store = await CreateAsync();
        IObjectStore[] clients = [store, Twin(store)];
        var results = await RaceAsync(16, async i =>
        {
            await using var staged = await clients[i % 2].StageAsync("predictions", Cancellation);
            await staged.Stream.WriteAsync(Bytes($"writer {i:d2}"), Cancellation);
            return await staged.CommitAsync("predictions/part", PutCondition.IfAbsent, Cancellation);
        });

        var winner = Assert.Single(Enumerable.Range(0, 16), i => results[i] is not null);
        Assert.Equal($"writer {winner:d2}", await ReadAllAsync(store, "predictions/part", results[winner]!.ETag));
        Assert.Single(await ListAsync(store, ""));
    }

    [Fact]
    public async Task Of_sixteen_writers_exactly_one_replaces_the_version_that_all_have_read()
    {
        var store = await CreateAsync();
        IObjectStore[] clients = [store, Twin(store)];
        var current = await PutAsync(store, "models/churn.json", "start");
        for (var round = 0; round < 5; round++)
        {
            var etag = current.ETag;
            var results = await RaceAsync(
                16, i => clients[i % 2].PutAsync("models/churn.json", Bytes($"writer {i:d2}"), PutCondition.IfMatch(etag), Cancellation));

            current = Assert.Single(results, result => result is not null)!;
            Assert.Equal(current, await store.FindAsync("models/churn.json", Cancellation));
        }
    }

    [Fact]
    public async Task Conditions_that_do_not_hold_change_nothing()
    {
        var store = await CreateAsync();
        var put = await PutAsync(store, "key", "kept");

        Assert.Null(await store.PutAsync("key", Bytes("other"), PutCondition.IfAbsent, Cancellation));
        Assert.Null(await store.PutAsync("key", Bytes("other"), PutCondition.IfMatch("\"0x123\""), Cancellation));
        Assert.Null(await store.PutAsync("absent", Bytes("other"), PutCondition.IfMatch(put.ETag), Cancellation));
        Assert.Equal("kept", await ReadAllAsync(store, "key", put.ETag));
        Assert.Null(await store.FindAsync("absent", Cancellation));
    }

    [Fact]
    public async Task A_staged_object_is_invisible_until_it_is_committed_and_then_whole()
    {
        var store = await CreateAsync();
        await using var staged = await store.StageAsync("run/predictions", Cancellation);
        await staged.Stream.WriteAsync(Bytes("some rows"), Cancellation);
        await staged.Stream.FlushAsync(Cancellation);
        Assert.Empty(await ListAsync(store, ""));

        var committed = await staged.CommitAsync("run/predictions/part-1", PutCondition.IfAbsent, Cancellation);

        Assert.NotNull(committed);
        Assert.Equal([committed], await ListAsync(store, "run/"));
        Assert.Equal("some rows", await ReadAllAsync(store, "run/predictions/part-1", committed.ETag));
    }

    [Fact]
    public async Task A_staged_object_that_is_not_committed_never_was()
    {
        var store = await CreateAsync();
        await using (var staged = await store.StageAsync("run", Cancellation))
            await staged.Stream.WriteAsync(Bytes("some rows"), Cancellation);

        Assert.Empty(await ListAsync(store, ""));
        Assert.Equal(0, await store.RemoveStaleStagingAsync("", TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task A_writer_may_look_back_overwrite_and_close_the_staged_stream()
    {
        var store = await CreateAsync();
        await using var staged = await store.StageAsync("", Cancellation);
        var stream = staged.Stream;
        stream.Write("0000 rows"u8);
        stream.Position = 0;
        stream.Write("1234"u8);
        stream.Position = 2;
        var back = new byte[4];
        stream.ReadExactly(back);
        Assert.Equal("34 r", Encoding.UTF8.GetString(back));
        stream.Seek(0, SeekOrigin.End);
        await using (var writer = new StreamWriter(stream))
            await writer.WriteAsync("!");

        var committed = await staged.CommitAsync("part", PutCondition.None, Cancellation);
        Assert.Equal("1234 rows!", await ReadAllAsync(store, "part", committed!.ETag));
    }

    [Fact]
    public async Task A_large_staged_object_arrives_unharmed()
    {
        const int Megabytes = 40;
        var store = await CreateAsync();
        var block = new byte[1024 * 1024];
        using var expected = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var staged = await store.StageAsync("big", Cancellation);
        for (var i = 0; i < Megabytes; i++)
        {
            new Random(i).NextBytes(block);
            expected.AppendData(block);
            await staged.Stream.WriteAsync(block, Cancellation);
        }

        var committed = await staged.CommitAsync("big/object", PutCondition.IfAbsent, Cancellation);

        Assert.Equal((long)Megabytes * block.Length, committed!.Length);
        await using var stream = await store.OpenReadAsync("big/object", 0, null, committed.ETag, Cancellation);
        Assert.Equal(expected.GetHashAndReset(), await SHA256.HashDataAsync(stream, Cancellation));
    }

    [Fact]
    public async Task A_listing_is_ordered_by_key_and_holds_what_starts_with_the_prefix()
    {
        var store = await CreateAsync();
        string[] keys =
        [
            "a", "a-b/x", "a.csv", "a/1", "a/10", "a/2", "a/b/1", "a0", "b/dt=2026-02-08/part 1.csv", "b/dt=2026-02-08/ümlaut.csv", "b/z", "Z",
        ];
        string[] shuffled = [.. keys];
        new Random(1).Shuffle(shuffled);
        foreach (var key in shuffled.Where(key => key != "a"))
            await PutAsync(store, key, key);
        var written = keys.Where(key => key != "a").Order(StringComparer.Ordinal).ToArray();

        foreach (var prefix in (string[])["", "a", "a/", "a/1", "a/b/", "b/dt", "b/dt=2026-02-08/p", "none/", "a0", "Z/"])
        {
            var listed = await ListAsync(store, prefix);
            Assert.Equal(written.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)), listed.Select(file => file.Key));
            foreach (var file in listed)
                Assert.Equal(file, await store.FindAsync(file.Key, Cancellation));
        }
    }

    [Fact]
    public async Task The_folders_of_a_folder_are_listed_in_order_without_what_is_in_them()
    {
        var store = await CreateAsync();
        foreach (var key in (string[])["runs/b/1/x", "runs/b/2", "runs/a!/x", "runs/a/x/y/z", "runs/file", "runs2/c/x", "top"])
            await PutAsync(store, key, "x");

        Assert.Equal(["a", "a!", "b"], await store.ListFoldersAsync("runs/", Cancellation));
        Assert.Equal(["1"], await store.ListFoldersAsync("runs/b/", Cancellation));
        Assert.Equal(["runs", "runs2"], await store.ListFoldersAsync("", Cancellation));
        Assert.Empty(await store.ListFoldersAsync("nothing/", Cancellation));
    }

    [Fact]
    public async Task A_reader_never_sees_a_mix_of_two_versions()
    {
        var store = await CreateAsync();
        var twin = Twin(store);
        const int Length = 300_000;
        await store.PutAsync("object", Filled(0, Length), PutCondition.None, Cancellation);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var writer = Task.Run(
            async () =>
            {
                for (byte version = 1; version < 40; version++)
                    await twin.PutAsync("object", Filled(version, Length + version), PutCondition.None, Cancellation);
                await done.CancelAsync();
            },
            Cancellation);

        var whole = 0;
        var versions = new HashSet<byte>();
        while (!done.IsCancellationRequested || whole == 0)
        {
            try
            {
                var content = await ReadBytesAsync(store, "object");
                Assert.Equal(Length + content[0], content.Length);
                Assert.Equal(-1, content.AsSpan().IndexOfAnyExcept(content[0]));
                versions.Add(content[0]);
                whole++;
            }
            catch (BatchFunctionsException exception)
            {
                // The version may go while it is read: that is told, and nothing of another version is given.
                Assert.Equal(ErrorKind.Integrity, exception.Kind);
            }
        }

        await writer;
        Assert.NotEmpty(versions);
    }

    [Fact]
    public async Task A_moved_object_has_its_new_key_only_and_moving_again_changes_nothing()
    {
        var store = await CreateAsync();
        await PutAsync(store, "work/job/part 1%.csv", "rows");
        await PutAsync(store, "run/part 1%.csv", "what is replaced");

        await store.MoveAsync("work/job/part 1%.csv", "run/part 1%.csv", Cancellation);
        await store.MoveAsync("work/job/part 1%.csv", "run/part 1%.csv", Cancellation);
        await store.MoveAsync("run/part 1%.csv", "run/part 1%.csv", Cancellation);

        var moved = Assert.Single(await ListAsync(store, ""));
        Assert.Equal("run/part 1%.csv", moved.Key);
        Assert.Equal("rows", await ReadAllAsync(store, moved.Key, moved.ETag));
        await ThrowsAsync(ErrorKind.Integrity, () => store.MoveAsync("never", "was", Cancellation));
        await ThrowsAsync(ErrorKind.Request, () => store.MoveAsync(moved.Key, "../out", Cancellation));
        Assert.Single(await ListAsync(store, ""));
    }

    [Fact]
    public async Task Deleting_removes_the_object_and_may_be_repeated()
    {
        var store = await CreateAsync();
        await PutAsync(store, "a/b/c", "x");
        await PutAsync(store, "a/d", "x");

        await store.DeleteAsync("a/b/c", Cancellation);
        await store.DeleteAsync("a/b/c", Cancellation);
        await store.DeleteAsync("a/b", Cancellation);
        await store.DeleteAsync("never/was", Cancellation);

        Assert.Null(await store.FindAsync("a/b/c", Cancellation));
        Assert.Equal(["a/d"], (await ListAsync(store, "")).Select(file => file.Key));
        Assert.NotNull(await store.PutAsync("a/b/c", Bytes("again"), PutCondition.IfAbsent, Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../outside")]
    [InlineData("a/../../outside")]
    [InlineData("a/..")]
    [InlineData("./a")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\\..\\b")]
    [InlineData("a\0b")]
    public async Task Keys_that_could_lead_out_are_refused_everywhere(string key)
    {
        var store = await CreateAsync();
        await ThrowsAsync(ErrorKind.Request, () => store.FindAsync(key, Cancellation));
        await ThrowsAsync(ErrorKind.Request, () => store.ReadAsync(key, 0, new byte[1], null, Cancellation).AsTask());
        await ThrowsAsync(ErrorKind.Request, () => store.OpenReadAsync(key, 0, null, null, Cancellation));
        await ThrowsAsync(ErrorKind.Request, () => store.PutAsync(key, Bytes("x"), PutCondition.None, Cancellation));
        await ThrowsAsync(ErrorKind.Request, () => store.DeleteAsync(key, Cancellation));
        await using var staged = await store.StageAsync("", Cancellation);
        await ThrowsAsync(ErrorKind.Request, () => staged.CommitAsync(key, PutCondition.None, Cancellation));
        if (key is not ("" or "a/"))
        {
            await ThrowsAsync(ErrorKind.Request, () => ListAsync(store, key));
            await ThrowsAsync(ErrorKind.Request, () => store.StageAsync(key, Cancellation));
        }
    }

    [Fact]
    public async Task Names_that_listings_skip_cannot_be_written()
    {
        var store = await CreateAsync();
        await ThrowsAsync(ErrorKind.Request, () => store.PutAsync(".hidden", Bytes("x"), PutCondition.None, Cancellation));
        await ThrowsAsync(ErrorKind.Request, () => store.PutAsync("a/.hidden/b", Bytes("x"), PutCondition.None, Cancellation));
    }

    [Fact]
    public async Task A_store_that_nobody_wrote_to_yet_is_empty()
    {
        var store = await CreateAsync();
        Assert.Empty(await ListAsync(store, ""));
        Assert.Empty(await ListAsync(store, "a/b"));
        await store.DeleteAsync("a", Cancellation);
        Assert.Equal(0, await store.RemoveStaleStagingAsync("", TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task Cancelled_calls_do_nothing()
    {
        var store = await CreateAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.PutAsync("a", Bytes("x"), PutCondition.None, cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.FindAsync("a", cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.ReadAsync("a", 0, new byte[1], null, cancelled.Token).AsTask());
        Assert.Empty(await ListAsync(store, ""));
    }

    protected static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static async Task<ObjectProperties> PutAsync(IObjectStore store, string key, string text)
    {
        var put = await store.PutAsync(key, Bytes(text), PutCondition.None, Cancellation);
        Assert.NotNull(put);
        return put;
    }

    protected static async Task<List<ObjectProperties>> ListAsync(IObjectStore store, string prefix) =>
        await store.ListAsync(prefix, Cancellation).ToListAsync(Cancellation);

    protected static async Task<string> ReadAllAsync(IObjectStore store, string key, string? etag, long offset = 0, long? length = null)
    {
        await using var stream = await store.OpenReadAsync(key, offset, length, etag, Cancellation);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Cancellation);
    }

    protected static async Task<BatchFunctionsException> ThrowsAsync(ErrorKind kind, Func<Task> action)
    {
        var exception = await Assert.ThrowsAsync<BatchFunctionsException>(action);
        Assert.Equal(kind, exception.Kind);
        return exception;
    }

    private static async Task<byte[]> ReadBytesAsync(IObjectStore store, string key)
    {
        await using var stream = await store.OpenReadAsync(key, 0, null, null, Cancellation);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, Cancellation);
        return content.ToArray();
    }

    private static byte[] Filled(byte value, int length)
    {
        var content = new byte[length];
        content.AsSpan().Fill(value);
        return content;
    }

    private static async Task<T[]> RaceAsync<T>(int runners, Func<int, Task<T>> run)
    {
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tasks = Enumerable.Range(0, runners).Select(i => Task.Run(
            async () =>
            {
                await signal.Task;
                return await run(i);
            },
            Cancellation)).ToArray();
        signal.SetResult();
        return await Task.WhenAll(tasks);
    }
}
