using BatchFunctions.Data;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Storage;

namespace BatchFunctions.Verification;

/// <summary>Compares each part with what the manifest says of it, and looks for files that it does not speak of.</summary>
internal static class PartsCheck
{
    /// <summary>Looks at the parts below one folder of the run.</summary>
    /// <param name="folder">Where they are.</param>
    /// <param name="parts">What the manifest says.</param>
    /// <param name="findings">Takes what is wrong.</param>
    /// <param name="options">How many are looked at at once.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The names of the parts that are what the manifest says.</returns>
    public static async Task<IReadOnlySet<string>> RunAsync(
        StoreLocation folder, IReadOnlyList<Part> parts, Findings findings, ParallelOptions options, CancellationToken cancellationToken)
    {
        Dictionary<string, ObjectProperties> found = new(StringComparer.Ordinal);
        await foreach (ObjectProperties file in folder.Store.ListAsync(folder.Path + "/", cancellationToken))
            found[file.Key[(folder.Path.Length + 1)..]] = file;

        var right = new bool[parts.Count];
        await Parallel.ForAsync(0, parts.Count, options, async (i, token) =>
        {
            findings.Count();
            string? wrong = found.TryGetValue(parts[i].Name, out ObjectProperties? file)
                ? await CompareAsync(folder.Store, file, parts[i], token)
                : "It is gone.";
            right[i] = wrong is null;
            if (wrong is not null)
                findings.Fault(folder.Below(parts[i].Name).ToString(), wrong);
        });
        foreach (string stranger in found.Keys.Except(parts.Select(p => p.Name)))
            findings.Fault(folder.Below(stranger).ToString(), "It is none of the manifest's parts, but whoever reads the whole folder takes it for one.");
        return parts.Where((_, i) => right[i]).Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Looks at a file of the run folder that has the rows of all parts.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="single">What the manifest says.</param>
    /// <param name="findings">Takes what is wrong.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task CheckAsync(StoreLocation run, Part single, Findings findings, CancellationToken cancellationToken)
    {
        findings.Count();
        string? wrong = await run.Store.FindAsync(run.Key(single.Name), cancellationToken) is { } file
            ? await CompareAsync(run.Store, file, single, cancellationToken)
            : "It is gone.";
        if (wrong is not null)
            findings.Fault(run.Below(single.Name).ToString(), wrong);
    }

    private static async Task<string?> CompareAsync(IObjectStore store, ObjectProperties file, Part part, CancellationToken cancellationToken)
    {
        if (file.Length != part.Bytes)
            return FormattableString.Invariant($"It has {file.Length} bytes, but the manifest says {part.Bytes}.");
        try
        {
            string hash = await ContentHash.OfObjectAsync(store, file.Key, file.ETag, cancellationToken);
            if (hash != part.Sha256)
                return $"Its SHA-256 is {hash}, but the manifest says {part.Sha256}: its content has changed.";
            var source = new SourceFile(store, file.Key, file.Length, file.ETag);
            FileFormat format = SourcePattern.FormatOf(part.Name) ?? FileFormat.Parquet;
            long? rows = await RecordCount.OfAsync(RecordFormats.For(format, new CsvDefinition()), source, cancellationToken);
            return rows == part.Rows ? null : FormattableString.Invariant($"It has {rows} rows, but the manifest says {part.Rows}.");
        }
        catch (BatchFunctionsException unreadable) when (unreadable.Kind is ErrorKind.Integrity or ErrorKind.Request)
        {
            return unreadable.Message;
        }
    }
}
