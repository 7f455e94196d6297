using System.Collections.Concurrent;
using System.Text.Json;
using BatchFunctions.Pipelines;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Triggers;

/// <summary>
/// The folder that a host takes its pipelines from. A pipeline is every file that ends in <c>.yaml</c> or <c>.yml</c>, in the folder
/// itself or in a folder directly below it, but for those called <c>manifest</c>, which describe models, and for names that start with
/// '_' or '.'.
/// </summary>
public sealed class PipelineFolder
{
    private readonly JobServices _services;
    private readonly StoreLocation _folder;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, (string ETag, PipelineEntry Entry)> _read = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _told = new(StringComparer.Ordinal);

    /// <summary>Opens a folder; nothing is read yet.</summary>
    /// <param name="services">What the machine offers.</param>
    /// <param name="address">The folder's address; a relative one starts from <see cref="JobServices.BaseFolder"/>.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the address is malformed or leads out of the roots.</exception>
    public PipelineFolder(JobServices services, string address)
    {
        ArgumentNullException.ThrowIfNull(services);
        _services = services;
        _folder = services.Stores.Resolve(address, services.BaseFolder);
        _logger = services.Loggers.CreateLogger("BatchFunctions.Pipelines");
    }

    /// <summary>The folder's address.</summary>
    public string Address => _folder.ToString();

    /// <summary>
    /// The folder's pipelines in ordinal order of their addresses, those that are wrong among them. A file is read again only after it
    /// has changed.
    /// </summary>
    /// <exception cref="BatchFunctionsException">The folder cannot be listed.</exception>
    public async Task<IReadOnlyList<PipelineEntry>> ListAsync(CancellationToken cancellationToken)
    {
        string start = _folder.Path.Length == 0 ? "" : _folder.Path + "/";
        List<PipelineEntry> entries = [];
        HashSet<string> keys = [];
        await foreach (ObjectProperties file in _folder.Store.ListAsync(start, cancellationToken))
        {
            if (!IsPipeline(file.Key.AsSpan(start.Length)))
                continue;
            keys.Add(file.Key);
            entries.Add(await ReadAsync(file, cancellationToken));
        }

        foreach (string gone in _read.Keys.Where(k => !keys.Contains(k)))
            _read.TryRemove(gone, out _);
        return [.. WithoutDoubles(entries).Select(Told)];
    }

    /// <summary>The pipeline called <paramref name="name"/>, or null where no readable file says so. Of two, the first, whose error names the other.</summary>
    /// <exception cref="BatchFunctionsException">The folder cannot be listed.</exception>
    public async Task<PipelineEntry?> FindAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return (await ListAsync(cancellationToken)).FirstOrDefault(e => e.Name == name);
    }

    private static bool IsPipeline(ReadOnlySpan<char> path)
    {
        int slash = path.IndexOf('/');
        ReadOnlySpan<char> name = path[(slash + 1)..];
        return !name.Contains('/')
            && path[0] is not ('_' or '.')
            && name.Length > 0 && name[0] is not ('_' or '.')
            && Path.GetExtension(name) is ".yaml" or ".yml"
            && Path.GetFileNameWithoutExtension(name) is not "manifest";
    }

    // Which of them is meant nobody can tell, and jobs, run folders and states go by the name.
    private static IEnumerable<PipelineEntry> WithoutDoubles(List<PipelineEntry> entries)
    {
        ILookup<string?, PipelineEntry> byName = entries.ToLookup(e => e.Name);
        return entries.Select(entry =>
        {
            if (entry.Name is null || byName[entry.Name].FirstOrDefault(e => e.Address != entry.Address) is not { } other)
                return entry;
            string error = $"{other.Address} has the name '{entry.Name}' too, so that neither starts. Give one of them another name, or remove it.";
            return entry with { Error = entry.Error is null ? error : $"{entry.Error}\n{error}" };
        });
    }

    private async Task<PipelineEntry> ReadAsync(ObjectProperties file, CancellationToken cancellationToken)
    {
        if (_read.TryGetValue(file.Key, out (string ETag, PipelineEntry Entry) known) && known.ETag == file.ETag)
            return known.Entry;
        StoreLocation location = _folder with { Path = file.Key };
        var entry = new PipelineEntry { Address = location.ToString() };
        try
        {
            string text = await PipelineFile.ReadTextAsync(location, cancellationToken);
            entry = Parse(entry, location, text);
        }
        catch (BatchFunctionsException exception) when (exception.Kind != ErrorKind.Request)
        {
            // Not the file's fault, so it is looked at again next time.
            return entry with { Error = exception.Message };
        }
        catch (BatchFunctionsException exception)
        {
            entry = entry with { Error = exception.Message };
        }

        _read[file.Key] = (file.ETag, entry);
        return entry;
    }

    private PipelineEntry Parse(PipelineEntry entry, StoreLocation location, string text)
    {
        PipelineDocument document = PipelineLoader.Read(text, entry.Address, _services.EnvironmentVariable);
        entry = entry with { Name = document.Definition.Name, Definition = document.Definition, Json = document.CanonicalJson };
        try
        {
            if (document.Definition.Trigger?.Arrival is not null)
                entry = entry with { Arrivals = ArrivalSource.Of(_services, location, document.Definition.Source) };
        }
        catch (BatchFunctionsException exception)
        {
            return entry with
            {
                Error = IsWritten(document)
                    ? $"{entry.Address}: source.path: {exception.Message}"
                    : $"{entry.Address}: source.path comes from the environment and is refused, for what it says is malformed, leads out of the allowed folders, or has dates that trigger.arrival cannot read off a file's name. Check the variable.",
            };
        }

        return entry;
    }

    // What came from the environment may be a secret and is never shown.
    private static bool IsWritten(PipelineDocument document)
    {
        using var json = JsonDocument.Parse(document.CanonicalJson);
        return json.RootElement.GetProperty("source").GetProperty("path").ValueEquals(document.Definition.Source.Path);
    }

    private PipelineEntry Told(PipelineEntry entry)
    {
        if (entry.Error is not { } error)
            _told.TryRemove(entry.Address, out _);
        else if (!_told.TryGetValue(entry.Address, out string? last) || last != error)
        {
            _told[entry.Address] = error;
            _logger.LogWarning("No job starts from {Pipeline}: {Error}", entry.Address, error);
        }

        return entry;
    }
}
