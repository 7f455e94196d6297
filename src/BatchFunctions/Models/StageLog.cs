using System.Globalization;
using System.Text.Json;
using BatchFunctions.Storage;

namespace BatchFunctions.Models;

/// <summary>
/// The steps of a version as files <c>history/0001.json</c> and so on, each written with put-if-absent: of several people who decide at once, one
/// has decided, and nothing that was decided is ever written over.
/// </summary>
/// <param name="folder">The version's folder.</param>
internal sealed class StageLog(StoreLocation folder)
{
    /// <summary>What separates the steps' folder from the version's.</summary>
    public const string Folder = "/history/";

    /// <summary>The steps, in order.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Integrity"/>: one of them is gone or damaged.</exception>
    public async Task<IReadOnlyList<StageChange>> ReadAsync(CancellationToken cancellationToken)
    {
        List<string> keys = [];
        await foreach (ObjectProperties found in folder.Store.ListAsync(folder.Path + Folder, cancellationToken))
            keys.Add(found.Key);
        return await ReadAsync(keys, cancellationToken);
    }

    /// <summary>The steps whose files a listing has shown.</summary>
    public async Task<IReadOnlyList<StageChange>> ReadAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        var changes = new StageChange[keys.Count];
        for (int i = 0; i < changes.Length; i++)
        {
            string key = KeyOf(i + 1);
            byte[] bytes = await folder.Store.FindBytesAsync(key, cancellationToken)
                ?? throw new BatchFunctionsException(ErrorKind.Integrity, $"{new StoreLocation(folder.Store, key)} is gone, though later decisions about the version are there. Restore it from a copy.");
            changes[i] = Parse(bytes, key);
        }

        return changes;
    }

    /// <summary>Adds a step, unless somebody has added one of the same number.</summary>
    /// <returns>Whether it was added.</returns>
    public async Task<bool> AddAsync(StageChange change, CancellationToken cancellationToken) =>
        await folder.Store.PutAsync(KeyOf(change.Number), JsonSerializer.SerializeToUtf8Bytes(change, ModelVersionJson.Default.StageChange), PutCondition.IfAbsent, cancellationToken) is not null;

    private string KeyOf(int number) => folder.Path + Folder + number.ToString("D4", CultureInfo.InvariantCulture) + ".json";

    private StageChange Parse(byte[] bytes, string key)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, ModelVersionJson.Default.StageChange) ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw new BatchFunctionsException(ErrorKind.Integrity, $"{new StoreLocation(folder.Store, key)} is damaged: {exception.Message}", exception);
        }
    }
}
