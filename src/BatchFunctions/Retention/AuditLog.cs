using System.Globalization;
using System.Text.Json;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;

namespace BatchFunctions.Retention;

/// <summary>Who removed and archived what of a pipeline's jobs, when and why. Entries are added and never changed.</summary>
/// <param name="pipeline">The pipeline's folder of the output.</param>
internal sealed class AuditLog(StoreLocation pipeline)
{
    private readonly StoreLocation _folder = pipeline.Below("_audit");

    /// <summary>The log of the pipeline that a run folder belongs to.</summary>
    /// <param name="services">What the machine offers.</param>
    /// <param name="run">The run folder, two folders below the pipeline's.</param>
    public static AuditLog OfRun(JobServices services, StoreLocation run) =>
        new(services.Stores.Resolve(string.Join('/', run.ToString().Split('/')[..^2]), services.BaseFolder));

    /// <summary>Its address, for people.</summary>
    public string Address => _folder.ToString();

    /// <summary>All entries, by job and in order.</summary>
    public async Task<IReadOnlyList<AuditEntry>> ReadAsync(CancellationToken cancellationToken) => await ReadAsync("", cancellationToken);

    /// <summary>The entries of a job, in order.</summary>
    public async Task<IReadOnlyList<AuditEntry>> ReadAsync(string jobId, CancellationToken cancellationToken)
    {
        List<AuditEntry> entries = [];
        await foreach (ObjectProperties found in _folder.Store.ListAsync($"{_folder.Path}/{(jobId.Length == 0 ? "" : jobId + "/")}", cancellationToken))
            if (await _folder.Store.FindBytesAsync(found.Key, cancellationToken) is { } bytes)
                entries.Add(Parse(bytes, found.Key));
        return entries;
    }

    /// <summary>What was begun on a job's run folder and not ended; null where nothing was.</summary>
    public static AuditEntry? OpenIn(IEnumerable<AuditEntry> ofJob) =>
        ofJob.LastOrDefault(e => e.Action is not (AuditAction.RemovedWork or AuditAction.RemovedArrivals)) is { Action: AuditAction.RemovingRun or AuditAction.ArchivingRun } open ? open : null;

    /// <summary>Adds an entry.</summary>
    /// <param name="entry">The entry; its number is given here.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task AddAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        int number = (await ReadAsync(entry.JobId, cancellationToken)).Count;
        do
        {
            entry = entry with { Number = ++number };
        }
        while (await _folder.Store.PutAsync(
            _folder.Key($"{entry.JobId}/{number.ToString("D4", CultureInfo.InvariantCulture)}.json"),
            JsonSerializer.SerializeToUtf8Bytes(entry, RetentionJson.Default.AuditEntry),
            PutCondition.IfAbsent,
            cancellationToken) is null);
    }

    private AuditEntry Parse(byte[] bytes, string key)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, RetentionJson.Default.AuditEntry) ?? throw new JsonException("It holds nothing.");
        }
        catch (JsonException damage)
        {
            throw new BatchFunctionsException(ErrorKind.Integrity, $"{_folder with { Path = key }} is damaged: {damage.Message} Restore it from a copy.", damage);
        }
    }
}
