using System.Globalization;
using System.Text;
using BatchFunctions.Pipelines;
using BatchFunctions.Tables;
using CsCheck;

namespace BatchFunctions.Tests.Tables;

/// <summary>Tables are held against a reader that follows the published protocol by the letter.</summary>
public sealed class TableTests : IDisposable
{
    private const string Everything = """
        SELECT i AS id, i::INTEGER AS small, i % 2 = 0 AS flag, (i / 3.0)::FLOAT AS score, i / 7.0 AS wide, DATE '2026-01-01' + i::INTEGER AS day,
               TIMESTAMPTZ '2026-01-01 00:00:00.123456Z' + INTERVAL (i) SECOND AS at, CASE WHEN i % 5 = 0 THEN NULL ELSE 'customer ' || i END AS name
        FROM range(100) t(i)
        """;

    private readonly TablePlace _place = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task What_is_appended_is_read_by_a_strict_reader_whatever_its_types()
    {
        PublishedVersion first = await _place.Table.PublishAsync(_place.Of("a", Everything), Cancellation);
        PublishedVersion second = await _place.Table.PublishAsync(_place.Of("b", Everything), Cancellation);

        Assert.Equal((new PublishedVersion(0, false), new PublishedVersion(1, false)), (first, second));
        StrictTable table = StrictTable.Read(_place.Folder);
        Assert.Equal(200, table.Rows);
        Assert.Equal(["long", "integer", "boolean", "float", "double", "date", "timestamp", "string"], table.Columns.Select(c => c.Type));
        Assert.Equal([("40", 9900L)], table.Query("SELECT (count(*) - count(name))::VARCHAR, sum(id)::BIGINT FROM t", r => (r.GetString(0), r.GetInt64(1))));
    }

    [Fact]
    public async Task A_publication_counts_once_however_often_it_is_run()
    {
        Publication publication = _place.Of("a", "SELECT 1::BIGINT AS id");
        await _place.Table.PublishAsync(publication, Cancellation);
        PublishedVersion again = await _place.Table.PublishAsync(publication, Cancellation);
        await _place.Table.PublishAsync(_place.Of("b", "SELECT 2::BIGINT AS id"), Cancellation);
        PublishedVersion late = await _place.Table.PublishAsync(publication, Cancellation);

        Assert.Equal((new PublishedVersion(0, true), new PublishedVersion(1, true)), (again, late));
        Assert.Equal((1, 2), (StrictTable.Read(_place.Folder).Version, StrictTable.Read(_place.Folder).Rows));
    }

    [Fact]
    public async Task Overwriting_leaves_only_the_new_rows_and_the_earlier_version_can_still_be_read()
    {
        await _place.Table.PublishAsync(_place.Of("a", "SELECT i AS id FROM range(10) t(i)"), Cancellation);
        await _place.Table.PublishAsync(_place.Of("b", "SELECT i AS id FROM range(3) t(i)", TableMode.Overwrite), Cancellation);

        Assert.Equal(3, StrictTable.Read(_place.Folder).Rows);
        Assert.Equal(10, StrictTable.Read(_place.Folder, upTo: 0).Rows);
        Assert.Equal(10, (await _place.Table.ReadAsync(0, Cancellation)).Files.Sum(f => f.Rows));
        Assert.Equal(3, (await _place.Table.ReadAsync(null, Cancellation)).Files.Sum(f => f.Rows));
    }

    [Theory]
    [InlineData("1.2.0")]
    [InlineData("1.2.0+build 7/ü=%25?#")]
    [InlineData("a'b\"c:d*e|f")]
    [InlineData("日本語 🙂")]
    [InlineData(null)]
    public async Task Partition_values_come_back_whatever_their_characters(string? value)
    {
        await _place.Table.PublishAsync(_place.Of("a", "SELECT i AS id FROM range(10) t(i)", TableMode.Append, TablePlace.Text("run_date", "2026-03-01"), TablePlace.Text("model_version", value)), Cancellation);

        StrictTable table = StrictTable.Read(_place.Folder);
        Assert.Equal(["run_date", "model_version"], table.PartitionColumns);
        Assert.Equal([("2026-03-01", value, 10L)], table.Query("SELECT run_date, model_version, count(*) FROM t GROUP BY ALL", r => (r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1), r.GetInt64(2))));
        TableFile file = Assert.Single((await _place.Table.ReadAsync(null, Cancellation)).Files);
        Assert.Equal(value, file.Partition["model_version"]);
        Assert.NotNull(await _place.Store.FindAsync(file.Key, Cancellation));
    }

    [Fact]
    public async Task Overwriting_a_partition_leaves_the_others()
    {
        foreach (string day in new[] { "2026-03-01", "2026-03-02" })
            await _place.Table.PublishAsync(_place.Of($"job-{day}", "SELECT i AS id FROM range(10) t(i)", TableMode.Append, TablePlace.Text("run_date", day)), Cancellation);
        await _place.Table.PublishAsync(_place.Of("again", "SELECT i AS id FROM range(4) t(i)", TableMode.OverwritePartition, TablePlace.Text("run_date", "2026-03-02")), Cancellation);

        Assert.Equal(
            [("2026-03-01", 10L), ("2026-03-02", 4L)],
            StrictTable.Read(_place.Folder).Query("SELECT run_date, count(*) FROM t GROUP BY ALL ORDER BY 1", r => (r.GetString(0), r.GetInt64(1))));
    }

    [Fact]
    public async Task New_columns_are_added_and_are_null_in_earlier_rows()
    {
        await _place.Table.PublishAsync(_place.Of("a", "SELECT 1::BIGINT AS id"), Cancellation);
        await _place.Table.PublishAsync(_place.Of("b", "SELECT 2::BIGINT AS id, 'high' AS band"), Cancellation);
        await _place.Table.PublishAsync(_place.Of("c", "SELECT 3::BIGINT AS id"), Cancellation);

        StrictTable table = StrictTable.Read(_place.Folder);
        Assert.Equal([("id", "long"), ("band", "string")], table.Columns);
        Assert.Equal([(1L, null), (2L, "high"), (3L, null)], table.Query("SELECT id, band FROM t ORDER BY id", r => (r.GetInt64(0), r.IsDBNull(1) ? null : r.GetString(1))));
    }

    [Theory]
    [InlineData("SELECT 'x' AS id", "'id' is long in the table and string in the predictions")]
    [InlineData("SELECT 1::BIGINT AS ID", "'ID' is there as 'id'")]
    [InlineData("SELECT 1::BIGINT AS id, 2::BIGINT AS \"a b\"", "'a b' has a character in its name")]
    public async Task What_does_not_fit_is_refused_before_anything_is_written(string sql, string message)
    {
        await _place.Table.PublishAsync(_place.Of("a", "SELECT 1::BIGINT AS id"), Cancellation);
        Publication wrong = _place.Of("b", sql);

        var early = await Assert.ThrowsAsync<BatchFunctionsException>(() => _place.Table.CheckAsync(wrong.Columns, [], TableMode.Append, Cancellation));
        var late = await Assert.ThrowsAsync<BatchFunctionsException>(() => _place.Table.PublishAsync(wrong, Cancellation));
        Assert.Equal((ErrorKind.Request, early.Message), (late.Kind, late.Message));
        Assert.Contains(message, early.Message, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_place.Folder, "*.parquet"));
    }

    [Fact]
    public async Task Other_partition_columns_than_the_tables_are_refused()
    {
        await _place.Table.PublishAsync(_place.Of("a", "SELECT 1::BIGINT AS id"), Cancellation);
        var error = await Assert.ThrowsAsync<BatchFunctionsException>(() => _place.Table.PublishAsync(_place.Of("b", "SELECT 1::BIGINT AS id", TableMode.Append, TablePlace.Text("run_date", "2026-03-01")), Cancellation));
        Assert.Contains("is partitioned by nothing, the pipeline's output.table.partition_by says run_date", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_every_ten_versions_says_what_the_log_says_and_is_all_that_a_reader_needs()
    {
        for (int i = 0; i < 25; i++)
        {
            TableMode mode = i % 7 == 3 ? TableMode.Overwrite : TableMode.Append;
            string columns = i < 12 ? "" : ", 1.5 AS extra";
            await _place.Table.PublishAsync(_place.Of($"job-{i}", string.Create(CultureInfo.InvariantCulture, $"SELECT {i}::BIGINT AS id{columns}"), mode, TablePlace.Text("model_version", $"1.{i % 2}.0")), Cancellation);
        }

        StrictTable strict = StrictTable.Read(_place.Folder);
        Assert.Equal(["00000000000000000010.checkpoint.parquet", "00000000000000000020.checkpoint.parquet"], Directory.GetFiles(Path.Combine(_place.Folder, "_delta_log"), "*.parquet").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (string old in Directory.GetFiles(Path.Combine(_place.Folder, "_delta_log"), "*.json").Order(StringComparer.Ordinal).Take(20))
            File.Delete(old);
        TableState read = await _place.Table.ReadAsync(null, Cancellation);

        Assert.Equal(strict.Files.Count, read.Files.Count);
        Assert.Equal(strict.Columns, read.Columns.Select(c => (c.Name, c.TypeName)));
        Assert.Equal(new PublishedVersion(24, true), await _place.Table.PublishAsync(_place.Of("job-3", "SELECT 1::BIGINT AS id", TableMode.Append, TablePlace.Text("model_version", "1.1.0")), Cancellation));
    }

    [Fact]
    public async Task A_checkpoint_made_from_the_one_before_has_no_holes()
    {
        for (int i = 0; i < 21; i++)
            await _place.Table.PublishAsync(_place.Of($"job-{i}", "SELECT 1::BIGINT AS id"), Cancellation);

        Assert.Equal(21, StrictTable.Read(_place.Folder).Rows);
        Assert.Empty((await _place.Table.ReadAsync(null, Cancellation)).PartitionColumns);
    }

    [Fact]
    public async Task Writers_at_the_same_time_lose_nothing_and_leave_no_gap()
    {
        Publication[] publications = [.. Enumerable.Range(0, 24).Select(i => _place.Of($"job-{i}", string.Create(CultureInfo.InvariantCulture, $"SELECT {i}::BIGINT AS id FROM range(5)")))];
        PublishedVersion[] versions = await Task.WhenAll(publications.Select(p => Task.Run(() => _place.Table.PublishAsync(p, Cancellation))));

        Assert.Equal(Enumerable.Range(0, 24), versions.Select(v => (int)v.Version).Order());
        StrictTable table = StrictTable.Read(_place.Folder);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => ((long)i, 5L)), table.Query("SELECT id, count(*) FROM t GROUP BY ALL ORDER BY 1", r => (r.GetInt64(0), r.GetInt64(1))));
    }

    [Fact]
    public async Task What_was_copied_but_never_committed_is_not_seen_and_a_vacuum_removes_it_after_the_retention()
    {
        await _place.Table.PublishAsync(_place.Of("a", "SELECT 1::BIGINT AS id"), Cancellation);
        await _place.Table.PublishAsync(_place.Of("b", "SELECT 2::BIGINT AS id", TableMode.Overwrite), Cancellation);
        Publication killed = _place.Of("killed", "SELECT 3::BIGINT AS id");
        await _place.Store.CopyAsync(_place.Store, killed.Files[0].Key, $"tables/ml/churn/{killed.Files[0].Name}", Cancellation);
        _place.Time.SetUtcNow(DateTimeOffset.UtcNow.AddDays(3));

        Assert.Equal(1, StrictTable.Read(_place.Folder).Rows);
        Assert.Empty((await _place.Table.VacuumAsync(TimeSpan.FromDays(7), remove: true, Cancellation)).Files);
        _place.Time.Advance(TimeSpan.FromDays(7));
        VacuumResult would = await _place.Table.VacuumAsync(TimeSpan.FromDays(7), remove: false, Cancellation);
        Assert.Equal(3, Directory.GetFiles(_place.Folder, "*.parquet").Length);
        VacuumResult did = await _place.Table.VacuumAsync(TimeSpan.FromDays(7), remove: true, Cancellation);

        Assert.Equal(2, did.Files.Count);
        Assert.Equal(would.Files, did.Files);
        Assert.Contains(killed.Files[0].Name, did.Files);
        Assert.Equal(1, StrictTable.Read(_place.Folder).Rows);
    }

    [Fact]
    public async Task The_history_tells_who_did_what()
    {
        await _place.Table.PublishAsync(_place.Of("a", "SELECT i AS id FROM range(10) t(i)"), Cancellation);
        _place.Time.Advance(TimeSpan.FromHours(1));
        await _place.Table.PublishAsync(_place.Of("b", "SELECT i AS id FROM range(3) t(i)", TableMode.Overwrite), Cancellation);

        IReadOnlyList<TableChange> history = await _place.Table.ReadHistoryAsync(10, Cancellation);
        Assert.Equal([(1L, "b", "Overwrite", 1, 1, 3L), (0L, "a", "Append", 1, 0, 10L)], history.Select(h => (h.Version, h.JobId!, h.Mode!, h.FilesAdded, h.FilesRemoved, h.RowsAdded!.Value)));
        Assert.Equal(TimeSpan.FromHours(1), history[0].At - history[1].At);
    }

    [Theory]
    [InlineData("{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7,\"readerFeatures\":[\"typeWidening\"],\"writerFeatures\":[\"typeWidening\"]}}", "uses the table feature 'typeWidening', and cannot be read here", true)]
    [InlineData("{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":4}}", "needs a writer of protocol version 4, and cannot be written to here", false)]
    [InlineData("{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":7,\"writerFeatures\":[\"rowTracking\"]}}", "uses the table feature 'rowTracking', and cannot be written to here", false)]
    public async Task A_table_that_needs_more_than_is_known_here_is_refused(string protocol, string message, bool reading)
    {
        await _place.Table.PublishAsync(_place.Of("a", "SELECT 1::BIGINT AS id"), Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_place.Folder, "_delta_log", "00000000000000000001.json"), protocol + "\n", Cancellation);

        var error = await Assert.ThrowsAsync<BatchFunctionsException>(() => reading ? _place.Table.ReadAsync(null, Cancellation) : _place.Table.PublishAsync(_place.Of("b", "SELECT 2::BIGINT AS id"), Cancellation));
        Assert.Equal(ErrorKind.Request, error.Kind);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gap_in_the_log_and_a_line_that_is_no_json_are_told()
    {
        for (int i = 0; i < 3; i++)
            await _place.Table.PublishAsync(_place.Of($"job-{i}", "SELECT 1::BIGINT AS id"), Cancellation);
        string log = Path.Combine(_place.Folder, "_delta_log");
        File.Move(Path.Combine(log, "00000000000000000001.json"), Path.Combine(log, "kept"));
        Assert.Contains("a gap in its log: version 2 is there", (await Assert.ThrowsAsync<BatchFunctionsException>(() => _place.Table.ReadAsync(null, Cancellation))).Message, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(log, "00000000000000000001.json"), "{\"add\":", Encoding.UTF8, Cancellation);
        var error = await Assert.ThrowsAsync<BatchFunctionsException>(() => _place.Table.ReadAsync(null, Cancellation));
        Assert.Equal(ErrorKind.Integrity, error.Kind);
        Assert.Contains("version 1 cannot be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_history_of_publications_gives_the_rows_that_it_should()
    {
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[1, 3]).Array[1, 14].Sample(
            steps =>
            {
                using var place = new TablePlace();
                Dictionary<string, long> expected = [];
                for (int i = 0; i < steps.Length; i++)
                {
                    var (kind, partition, rows) = steps[i];
                    var mode = (TableMode)kind;
                    string value = string.Create(CultureInfo.InvariantCulture, $"p{partition}");
                    place.Table.PublishAsync(
                        place.Of($"job-{i}", string.Create(CultureInfo.InvariantCulture, $"SELECT i AS id FROM range({rows}) t(i)"), mode, TablePlace.Text("part", value)),
                        CancellationToken.None).GetAwaiter().GetResult();
                    if (mode == TableMode.Overwrite)
                        expected.Clear();
                    if (mode == TableMode.OverwritePartition)
                        expected.Remove(value);
                    expected[value] = expected.GetValueOrDefault(value) + rows;
                }

                var found = StrictTable.Read(place.Folder).Query("SELECT part, count(*) FROM t GROUP BY ALL", r => KeyValuePair.Create(r.GetString(0), r.GetInt64(1)));
                Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal), found.OrderBy(e => e.Key, StringComparer.Ordinal));
            },
            iter: 12);
    }
}
