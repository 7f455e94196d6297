using System.Text.Json;
using BatchFunctions.Models;
using BatchFunctions.Planning;
using BatchFunctions.Storage;

namespace BatchFunctions.Lineage;

/// <summary>
/// Which jobs were pinned to which version: one file a job, <c>_models/NAME/VERSION/JOB.json</c> in the folder of the work folders, written once and never
/// removed with them, so that a version's jobs are found without looking through all jobs there ever were.
/// </summary>
/// <param name="work">The folder that work folders are made in.</param>
internal sealed class ModelUses(StoreLocation work)
{
    private readonly StoreLocation _root = work.Below("_models");

    /// <summary>Writes down that a job was pinned, unless that is there already.</summary>
    public async Task AddAsync(JobDefinition job, CancellationToken cancellationToken)
    {
        var use = ModelUse.Of(job);
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(use, LineageJson.Default.ModelUse);
        foreach (PinnedModel model in use.Challenger is { } challenger ? (PinnedModel[])[use.Model, challenger] : [use.Model])
            await _root.Store.PutAsync(_root.Key($"{model.Name}/{model.Version}/{use.JobId}.json"), content, PutCondition.IfAbsent, cancellationToken);
    }

    /// <summary>The jobs of a version, by id.</summary>
    public async Task<IReadOnlyList<ModelUse>> ListAsync(ModelReference version, CancellationToken cancellationToken)
    {
        List<ModelUse> uses = [];
        await foreach (ObjectProperties found in _root.Store.ListAsync(_root.Key($"{version.Name}/{version.Version}/"), cancellationToken))
            if (await ReadAsync(found.Key, cancellationToken) is { } use)
                uses.Add(use);
        return uses;
    }

    /// <summary>What is known of a job, or null where nothing is.</summary>
    public async Task<ModelUse?> FindAsync(string jobId, CancellationToken cancellationToken)
    {
        await foreach (ObjectProperties found in _root.Store.ListAsync(_root.Path + "/", cancellationToken))
            if (found.Key.EndsWith($"/{jobId}.json", StringComparison.Ordinal))
                return await ReadAsync(found.Key, cancellationToken);
        return null;
    }

    private async Task<ModelUse?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        if (await _root.Store.FindBytesAsync(key, cancellationToken) is not { } bytes)
            return null;
        try
        {
            return JsonSerializer.Deserialize(bytes, LineageJson.Default.ModelUse);
        }
        catch (JsonException damage)
        {
            throw new BatchFunctionsException(ErrorKind.Integrity, $"{new StoreLocation(_root.Store, key)} is damaged: {damage.Message} Restore it from a copy, or remove it.", damage);
        }
    }
}
