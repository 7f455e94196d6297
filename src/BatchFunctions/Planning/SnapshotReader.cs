using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Storage;

namespace BatchFunctions.Planning;

/// <summary>Pins the exact input of a job: every file that its source path means, with length and ETag.</summary>
public static class SnapshotReader
{
    private const int MaxNeighbours = 10_000;
    private const int EndingsNamed = 5;
    private const int MaxLookUps = 16;

    /// <summary>Reads the snapshot that a source path means now, its files' format told by their names.</summary>
    /// <inheritdoc cref="ReadAsync(StoreLocation, DateOnly, FileFormat?, CancellationToken)"/>
    public static Task<IReadOnlyList<SnapshotFile>> ReadAsync(StoreLocation source, DateOnly date, CancellationToken cancellationToken) =>
        ReadAsync(source, date, format: null, cancellationToken);

    /// <summary>Reads the snapshot that a source path means now.</summary>
    /// <param name="source">
    /// The place of a file, of a folder (then every data file below it, names starting with '_' or '.' left out) or a glob; it may hold
    /// date tokens. A file that has exactly the path's name is meant before all else.
    /// </param>
    /// <param name="date">The job's date.</param>
    /// <param name="format">
    /// The format of all files, or null where their names tell. Where it is given, a folder's files need not have an ending that is known.
    /// </param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The files in ordinal order of their keys, at least one of them not empty.</returns>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: the path is malformed, means no file or only empty ones, or its files differ in their partition
    /// columns.
    /// </exception>
    public static async Task<IReadOnlyList<SnapshotFile>> ReadAsync(
        StoreLocation source, DateOnly date, FileFormat? format, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var pattern = SourcePattern.Parse(source.Path, date);
        var place = source with { Path = pattern.Text };
        var files = new List<SnapshotFile>();
        if (pattern.Text.Length > 0 && await source.Store.FindAsync(pattern.Text, cancellationToken) is { } exact)
        {
            files.Add(Pin(exact));
        }
        else
        {
            var prefix = pattern.IsGlob || pattern.Text.Length == 0 ? pattern.Prefix : pattern.Text + "/";
            await foreach (var found in source.Store.ListAsync(prefix, cancellationToken))
            {
                if (IsMeant(pattern, found.Key, format))
                    files.Add(Pin(found));
            }
        }

        if (files.Count == 0)
            throw await NothingAsync(place, pattern, cancellationToken);
        if (files.TrueForAll(file => file.Length == 0))
        {
            throw new BatchFunctionsException(
                ErrorKind.Request,
                files.Count == 1
                    ? $"{source with { Path = files[0].Key }} is empty: it has 0 bytes. Start the job again when the file has records."
                    : $"All {files.Count} files of {place} are empty: they have 0 bytes. Start the job again when there are records.");
        }

        RequireSamePartitions(files, source);
        return files;
    }

    /// <summary>
    /// Pins the files that a source path means on any date, for jobs that score only what is new. None is no error, and files without a byte are left out:
    /// they have not arrived yet.
    /// </summary>
    /// <param name="source">The place of a file, of a folder or a glob; it may hold date tokens.</param>
    /// <param name="format">The format of all files, or null where their names tell.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <returns>The files in ordinal order of their keys, each with the date that its name says, null where the path has none.</returns>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: the path is malformed, or a date cannot be read back from its names.
    /// </exception>
    internal static async Task<IReadOnlyList<(SnapshotFile File, DateOnly? Date)>> ListAsync(StoreLocation source, FileFormat? format, CancellationToken cancellationToken)
    {
        var dated = DatedSourcePattern.Parse(source.Path, "source.since");
        var files = new List<(SnapshotFile File, DateOnly? Date)>();
        if (dated.IsLiteral && dated.Prefix.Length > 0 && await source.Store.FindAsync(dated.Prefix, cancellationToken) is { } exact)
        {
            if (exact.Length > 0)
                files.Add((Pin(exact), null));
        }
        else
        {
            await foreach (var found in source.Store.ListAsync(dated.IsLiteral && dated.Prefix.Length > 0 ? dated.Prefix + "/" : dated.Prefix, cancellationToken))
            {
                if (found.Length > 0 && dated.IsMatch(found.Key, format, out var date))
                    files.Add((Pin(found), date));
            }
        }

        return files;
    }

    /// <summary>Pins the files of a list and no others.</summary>
    /// <param name="source">The place that <c>source.path</c> means, as in <see cref="ReadAsync(StoreLocation, DateOnly, FileFormat?, CancellationToken)"/>.</param>
    /// <param name="date">The job's date.</param>
    /// <param name="format">The format of all files, or null where their names tell.</param>
    /// <param name="listed">The list.</param>
    /// <param name="leftOut">Takes each listed file that is gone or another version by now.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The files that are still the listed versions, in ordinal order of their keys.</returns>
    /// <exception cref="BatchFunctionsException">
    /// <see cref="ErrorKind.Request"/>: the list has files that the source path does not mean, or none of them is the listed version any more.
    /// </exception>
    internal static async Task<IReadOnlyList<SnapshotFile>> ReadListedAsync(
        StoreLocation source, DateOnly date, FileFormat? format, ArrivalList listed, Action<ArrivedFile> leftOut, CancellationToken cancellationToken)
    {
        var pattern = SourcePattern.Parse(source.Path, date);
        var stranger = listed.Store == source.Store.Address ? listed.Files.FirstOrDefault(f => !IsMeant(pattern, f.Key, format)) : listed.Files[0];
        if (stranger is not null)
        {
            throw new BatchFunctionsException(
                ErrorKind.Request,
                $"The files that arrived for this job are not its pipeline's: source.path means {source with { Path = pattern.Text }}, and {listed.Store} {stranger.Key} is among them. The pipeline was changed since; start a job for them by hand.");
        }

        var found = new ObjectProperties?[listed.Files.Count];
        await Parallel.ForAsync(
            0,
            found.Length,
            new ParallelOptions { MaxDegreeOfParallelism = MaxLookUps, CancellationToken = cancellationToken },
            async (i, token) => found[i] = await source.Store.FindAsync(listed.Files[i].Key, token));
        var files = new List<SnapshotFile>();
        foreach (var (i, file) in listed.Files.Index())
        {
            if (found[i] is { } now && now.ETag == file.ETag)
                files.Add(Pin(now));
            else
                leftOut(file);
        }

        if (files.Count == 0)
        {
            throw new BatchFunctionsException(
                ErrorKind.Request,
                $"There is no input: of the {listed.Files.Count} files that arrived for this job, {listed.Files[0].Key} first, all are gone or were changed since. A changed file gets a job of its own; leave files where they arrive until their job has ended.");
        }

        files.Sort(static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        RequireSamePartitions(files, source);
        return files;
    }

    /// <summary>The format that the names of all files tell.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: a name tells none, or two names differ.</exception>
    public static FileFormat FormatOf(IReadOnlyList<SnapshotFile> snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        SnapshotFile? first = null;
        FileFormat? format = null;
        foreach (var file in snapshot)
        {
            var next = SourcePattern.FormatOf(file.Key) ?? throw new BatchFunctionsException(
                ErrorKind.Request,
                $"The name of {file.Key} does not tell its format. Rename it to end in .parquet, .csv, .jsonl, .csv.gz or .jsonl.gz, or set source.format.");
            if (format is not null && next != format)
            {
                throw new BatchFunctionsException(
                    ErrorKind.Request,
                    $"The source path means files of different formats, {first!.Key} and {file.Key}. Narrow it down to one, as in *{Path.GetExtension(first.Key)}.");
            }

            (first, format) = (first ?? file, next);
        }

        return format ?? throw new ArgumentException("A snapshot has at least one file.", nameof(snapshot));
    }

    /// <summary>SHA-256, in lower-case hexadecimals, over the key, length and ETag of every file.</summary>
    public static string DigestOf(IReadOnlyList<SnapshotFile> snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in snapshot)
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{file.Key}\0{file.Length}\0{file.ETag}\n")));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Whether a source path means a file.</summary>
    internal static bool IsMeant(SourcePattern pattern, string key, FileFormat? format) =>
        pattern.IsMatch(key) && (pattern.IsGlob || key == pattern.Text || IsData(key, format));

    private static SnapshotFile Pin(ObjectProperties found) =>
        new(found.Key, found.Length, found.ETag, HivePartitions.Of(found.Key));

    private static bool IsData(string key, FileFormat? format) => SourcePattern.FormatOf(key) is { } told
        ? format is null || format == told
        : format is not null;

    /// <summary>Refuses files that differ in their partition columns.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: they do.</exception>
    internal static void RequireSamePartitions(IReadOnlyList<SnapshotFile> files, StoreLocation source)
    {
        var first = files[0];
        var other = files.FirstOrDefault(file => !file.Partitions.Keys.SequenceEqual(first.Partitions.Keys));
        if (other is null)
            return;
        throw new BatchFunctionsException(
            ErrorKind.Request,
            $"The files of {source.Store.Address} differ in their partition folders: {first.Key} has {Names(first)}, {other.Key} has {Names(other)}. Narrow the source path down to files that have the same.");

        static string Names(SnapshotFile file) => file.Partitions.Count == 0 ? "none" : string.Join(", ", file.Partitions.Keys);
    }

    private static async Task<BatchFunctionsException> NothingAsync(
        StoreLocation place, SourcePattern pattern, CancellationToken cancellationToken)
    {
        var folder = pattern.IsGlob ? pattern.Prefix[..(pattern.Prefix.LastIndexOf('/') + 1)].TrimEnd('/') : pattern.Text;
        var near = await NeighboursAsync(place, folder, cancellationToken);
        if (near is null && !pattern.IsGlob && folder.Length > 0)
        {
            var parent = folder[..Math.Max(0, folder.LastIndexOf('/'))];
            var siblings = await NeighboursAsync(place, parent, cancellationToken);
            near = siblings is null ? null : $"there is neither a file nor a folder of this name; {siblings}";
        }

        near ??= $"{place with { Path = folder }} does not exist or has no files";
        return new BatchFunctionsException(
            ErrorKind.Request,
            $"There is no input: {place} matches no file; {near}. Check source.path and the job's date, or wait until the files are there.");
    }

    /// <summary>What there is below a folder, in words, or null where there is nothing.</summary>
    private static async Task<string?> NeighboursAsync(StoreLocation place, string folder, CancellationToken cancellationToken)
    {
        var count = 0;
        var endings = new SortedDictionary<string, int>(StringComparer.Ordinal);
        await foreach (var found in place.Store.ListAsync(folder.Length == 0 ? "" : folder + "/", cancellationToken))
        {
            if (++count > MaxNeighbours)
                break;
            var ending = Path.GetExtension(found.Key) is { Length: > 0 } text ? text : "without ending";
            endings[ending] = endings.GetValueOrDefault(ending) + 1;
        }

        if (count == 0)
            return null;
        var most = endings.OrderByDescending(ending => ending.Value).Take(EndingsNamed).Select(ending => $"{ending.Value} {ending.Key}");
        var number = count > MaxNeighbours ? $"more than {MaxNeighbours} files" : count == 1 ? "1 file" : $"{count} files";
        return $"{place with { Path = folder }} has {number} ({string.Join(", ", most)})";
    }
}
