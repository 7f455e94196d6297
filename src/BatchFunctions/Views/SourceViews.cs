using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BatchFunctions.Data;
using BatchFunctions.Expressions;
using BatchFunctions.Pipelines;
using BatchFunctions.Pipelines.Loading;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Results.Reports;
using BatchFunctions.Storage;
using BatchFunctions.Tables;
using BatchFunctions.Workflow;

namespace BatchFunctions.Views;

/// <summary>
/// Makes the view that a pipeline's source asks for, once: the rows go to a Parquet file that is named by its content, and a record of what it was made
/// from, put there last, makes it count. Whoever comes again with the same sources takes what is there. What was made and is not kept is removed.
/// </summary>
/// <param name="services">What the machine offers.</param>
/// <param name="loaded">The pipeline.</param>
/// <param name="date">The job's date.</param>
/// <param name="folder">Where the view goes.</param>
internal sealed class SourceViews(JobServices services, LoadedPipeline loaded, DateOnly date, StoreLocation folder) : IAsyncDisposable
{
    private const int AtOnce = 16;
    private const int HashedAtOnce = 4;
    private const int PiecesInShard = 8;
    private const int FewestGroupRows = 2048;
    private const int MostGroupRows = 122_880;

    private readonly List<string> _made = [];

    /// <summary>The key by which a source asks for a view; null where it asks for none.</summary>
    public static string? KeyOf(SourceDefinition source) => source switch
    {
        { Sql: not null } => "source.sql",
        { LatestBy: not null } => "source.latest_by",
        { Join: not null } => "source.join",
        { Columns: not null } => "source.columns",
        _ => null,
    };

    /// <summary>Where the view goes.</summary>
    public StoreLocation Folder => folder;

    /// <summary>What its files' keys have in front of their names.</summary>
    public string Prefix => folder.Path.Length == 0 ? "" : folder.Path + "/";

    /// <summary>Makes the view, or finds it made.</summary>
    /// <param name="source">The place that <c>source.path</c> means.</param>
    /// <param name="snapshot">Its files.</param>
    /// <param name="table">The table that they are, or null.</param>
    /// <param name="format">Their format.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The view and its file; null where the source asks for none.</returns>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: this host makes no views, or what is asked for does not fit the sources; <see cref="ErrorKind.Integrity"/>: a source changed
    /// meanwhile.
    /// </exception>
    public async Task<(ViewRecord Record, SnapshotFile File)?> MakeAsync(
        StoreLocation source, IReadOnlyList<SnapshotFile> snapshot, TableState? table, FileFormat format, CancellationToken cancellationToken)
    {
        SourceDefinition definition = loaded.Definition.Source;
        if (KeyOf(definition) is not { } key)
            return null;
        if (services.Views is not { } engine)
            throw new BatchFunctionsException(ErrorKind.Request, $"{key} needs SQL over files, which this host does not have. Run the pipeline with batchfn, or give the host a view engine; or prepare the records first and name the result in source.path.");

        ViewQuery query = await QueryAsync(definition, source, snapshot, table, format, cancellationToken);
        string recordKey = folder.Key($"view-{DigestOf(query)[..16]}.json");
        if (await FindAsync(recordKey, cancellationToken) is { } there)
            return there;

        string?[][] hashes = await HashAsync(definition.Hash, query.Inputs, cancellationToken);
        await using StagedObject staged = await folder.Store.StageAsync(folder.Path, cancellationToken);
        ViewOutput output = await WriteAsync(engine, query, staged.Stream, cancellationToken);
        await RequireUnchangedAsync(query.Inputs, cancellationToken);
        if (output.Records == 0)
            throw new BatchFunctionsException(ErrorKind.Request, $"{key} leaves no record of {Describe(query, output)}. Correct it, or start the job when there are some.");

        string hash = await ContentHash.OfAsync(staged.Stream, cancellationToken);
        string file = $"view-{hash[..16]}.parquet";
        ObjectProperties? own = await staged.CommitAsync(folder.Key(file), PutCondition.IfAbsent, cancellationToken);
        if (own is not null)
            _made.Add(own.Key);
        ObjectProperties written = own ?? await folder.Store.FindAsync(folder.Key(file), cancellationToken) ?? throw Lost(file);
        var record = new ViewRecord
        {
            Query = output.Sql,
            Engine = output.Engine,
            Sources = [.. query.Inputs.Select((input, i) => new ViewSource(
                input.Name, output.Read[i], input.Place.Store.Address, DataSnapshot.Of(input.Place.ToString(), input.Files, hashes[i]) with { TableVersion = input.Table?.Version }))],
            File = file,
            Records = output.Records,
            Bytes = written.Length,
            Sha256 = hash,
            MadeAt = services.Time.GetUtcNow(),
        };
        if (await folder.Store.PutAsync(recordKey, JsonSerializer.SerializeToUtf8Bytes(record, WorkJson.Default.ViewRecord), PutCondition.IfAbsent, cancellationToken) is not null)
        {
            _made.Add(recordKey);
            return (record, FileOf(record, written));
        }

        // Another run of the same step was quicker, and what it made counts.
        (ViewRecord Record, SnapshotFile File) first = await FindAsync(recordKey, cancellationToken) ?? throw Lost(recordKey);
        if (first.Record.File == file)
            _made.Clear();
        return first;
    }

    /// <summary>Leaves what was made where it is: a job was pinned to it, or somebody else looks after it.</summary>
    public void Keep() => _made.Clear();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The record first: it must not speak of a file that is gone.
        foreach (string key in Enumerable.Reverse(_made))
            await folder.Store.DeleteAsync(key, CancellationToken.None);
    }

    private async Task<ViewOutput> WriteAsync(IViewEngine engine, ViewQuery query, Stream target, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.WriteAsync(query, target, cancellationToken);
        }
        catch (ViewQueryException misfit)
        {
            throw loaded.Expressions.Refusal([(misfit.Key, new ExpressionProblem(misfit.At, misfit.Message))]);
        }
    }

    private async Task<ViewQuery> QueryAsync(
        SourceDefinition definition, StoreLocation source, IReadOnlyList<SnapshotFile> snapshot, TableState? table, FileFormat format, CancellationToken cancellationToken)
    {
        List<ViewInput> inputs = [await InputAsync(SourceDefinition.InputName, source, snapshot, table, format, cancellationToken)];
        if (definition.Join is { } join)
            inputs.Add(await PinAsync("source.join", "join", join.Path, join.Version, join.Format, cancellationToken));
        foreach ((string name, NamedSourceDefinition named) in definition.Tables.OrderBy(t => t.Key, StringComparer.Ordinal))
            inputs.Add(await PinAsync($"source.tables.{name}", name, named.Path, named.Version, named.Format, cancellationToken));
        return new ViewQuery
        {
            Source = Dated(definition),
            Inputs = inputs,
            Types = loaded.Definition.Validation.Columns.Where(c => c.Value.Type is not null).ToDictionary(c => c.Key, c => c.Value.Type!.Value, StringComparer.Ordinal),
            RowGroupRows = (int)Math.Clamp(loaded.Definition.Shards.TargetRows / PiecesInShard, FewestGroupRows, MostGroupRows),
        };
    }

    private SourceDefinition Dated(SourceDefinition definition)
    {
        string day = date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return definition with
        {
            Sql = definition.Sql?.Replace(AsOfText.DateToken, day, StringComparison.Ordinal),
            LatestBy = Dated(definition.LatestBy),
            Join = definition.Join is { } join ? join with { LatestBy = Dated(join.LatestBy) } : null,
        };

        LatestByDefinition? Dated(LatestByDefinition? latest) => latest is { AsOf: AsOfText.DateToken } ? latest with { AsOf = day } : latest;
    }

    private async Task<ViewInput> PinAsync(string key, string name, string path, long? version, FileFormat? format, CancellationToken cancellationToken)
    {
        try
        {
            StoreLocation place = services.Stores.Resolve(path, services.SourceFolder ?? loaded.Folder);
            TableState? table = await SourceTable.FindAsync(place, date, version, services.Time, services.Loggers, cancellationToken);
            IReadOnlyList<SnapshotFile> files = table is null
                ? await SnapshotReader.ReadAsync(place, date, format, cancellationToken)
                : await SourceTable.PinAsync(place, date, table, cancellationToken);
            return await InputAsync(name, place, files, table, table is not null ? FileFormat.Parquet : format ?? SnapshotReader.FormatOf(files), cancellationToken);
        }
        catch (BatchFunctionsException refusal) when (refusal.Kind == ErrorKind.Request)
        {
            throw new BatchFunctionsException(ErrorKind.Request, $"{key}: {refusal.Message}", refusal);
        }
    }

    private async Task<ViewInput> InputAsync(
        string name, StoreLocation place, IReadOnlyList<SnapshotFile> files, TableState? table, FileFormat format, CancellationToken cancellationToken)
    {
        CsvDefinition csv = loaded.Definition.Source.Csv;
        IRecordFormat reading = RecordFormats.For(format, csv);
        var columns = new IReadOnlyList<string>[files.Count];
        await Parallel.ForAsync(0, files.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (i, token) =>
        {
            SnapshotFile file = files[i];
            columns[i] = file.Length == 0 || table is not null
                ? []
                : [.. (await reading.ReadSchemaAsync(new SourceFile(place.Store, file.Key, file.Length, file.ETag), token)).Select(f => f.Name)];
        });
        if (table is null && format != FileFormat.Jsonl)
            RequireSameColumns(place, files, columns);
        return new ViewInput { Name = name, Place = place, Files = files, Format = format, Csv = csv, Table = table, Columns = columns };
    }

    private static void RequireSameColumns(StoreLocation place, IReadOnlyList<SnapshotFile> files, IReadOnlyList<string>[] columns)
    {
        int first = files.Index().First(f => f.Item.Length > 0).Index;
        foreach ((int i, SnapshotFile file) in files.Index())
        {
            if (file.Length == 0 || (columns[i].Count == columns[first].Count && columns[i].ToHashSet(StringComparer.Ordinal).SetEquals(columns[first])))
                continue;
            string odd = columns[i].Except(columns[first]).FirstOrDefault() is { } more ? $"has a column '{more}'" : $"has no column '{columns[first].Except(columns[i]).FirstOrDefault()}'";
            throw new BatchFunctionsException(
                ErrorKind.Request,
                $"{place with { Path = file.Key }} {odd}, unlike {place with { Path = files[first].Key }}. All files of a source that is joined, or read by its newest records, have the same columns; narrow the path down, or keep the records in a Delta table.");
        }
    }

    // What the rows depend on. Where the files lie stands in their names.
    private static string DigestOf(ViewQuery query)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(query.Source with { Path = "", Id = null, Filter = null, Hash = default }, WorkJson.Default.SourceDefinition));
        foreach (ViewInput input in query.Inputs)
            hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{input.Name}\0{input.Place.Store.Address}\0{input.Table?.Version}\0{input.Format}\0{SnapshotReader.DigestOf(input.Files)}\n")));
        foreach ((string name, DataType type) in query.Types.OrderBy(t => t.Key, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{type}\n"));
        hash.AppendData(Encoding.UTF8.GetBytes(query.RowGroupRows.ToString(CultureInfo.InvariantCulture)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task<(ViewRecord Record, SnapshotFile File)?> FindAsync(string recordKey, CancellationToken cancellationToken)
    {
        if (await folder.Store.FindBytesAsync(recordKey, cancellationToken) is not { } bytes
            || JsonSerializer.Deserialize(bytes, WorkJson.Default.ViewRecord) is not { } record)
            return null;
        ObjectProperties? file = await folder.Store.FindAsync(folder.Key(record.File), cancellationToken);
        if (file is null || file.Length != record.Bytes)
            throw new BatchFunctionsException(ErrorKind.Integrity, $"{folder.Below(record.File)}, which the job reads, is gone or was changed. Leave the run folder alone, and start the job again under another id.");
        return (record, FileOf(record, file));
    }

    private static SnapshotFile FileOf(ViewRecord record, ObjectProperties file) =>
        new(file.Key, file.Length, file.ETag, new Dictionary<string, string>()) { Sha256 = record.Sha256 };

    private static async Task<string?[][]> HashAsync(SnapshotHashing wish, IReadOnlyList<ViewInput> inputs, CancellationToken cancellationToken)
    {
        string?[][] hashes = [.. inputs.Select(i => new string?[i.Files.Count])];
        if (!SnapshotHashes.IsWanted(wish, inputs.Sum(i => i.Files.Sum(f => f.Length))))
            return hashes;
        (int Input, int File)[] all = [.. inputs.SelectMany((input, i) => input.Files.Select((_, f) => (i, f)))];
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = HashedAtOnce, CancellationToken = cancellationToken }, async (at, token) =>
        {
            SnapshotFile file = inputs[at.Input].Files[at.File];
            hashes[at.Input][at.File] = await ContentHash.OfObjectAsync(inputs[at.Input].Place.Store, file.Key, file.ETag, token);
        });
        return hashes;
    }

    // An engine reads files by their paths, whatever becomes of them meanwhile.
    private static async Task RequireUnchangedAsync(IReadOnlyList<ViewInput> inputs, CancellationToken cancellationToken)
    {
        (StoreLocation Place, SnapshotFile File)[] files = [.. inputs.SelectMany(i => i.Files.Select(f => (i.Place, f)))];
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (file, token) =>
        {
            ObjectProperties? now = await file.Place.Store.FindAsync(file.File.Key, token);
            if (now is null || now.ETag != file.File.ETag || now.Length != file.File.Length)
                throw new BatchFunctionsException(ErrorKind.Integrity, $"{file.Place with { Path = file.File.Key }} {(now is null ? "was removed" : "changed")} while it was read. Start the job again when nobody writes to it.");
        });
    }

    private static string Describe(ViewQuery query, ViewOutput output) => string.Join(" and ", query.Inputs.Zip(output.Read, (input, read) =>
        read is { } records ? FormattableString.Invariant($"the {records} of {input.Place}") : input.Place.ToString()));

    private BatchFunctionsException Lost(string file) =>
        new(ErrorKind.Transient, $"{folder.Below(file)} was there and is gone. Leave the run folder alone, and try again.");
}
