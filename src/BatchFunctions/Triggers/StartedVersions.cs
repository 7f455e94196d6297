using System.Globalization;
using BatchFunctions.Storage;

namespace BatchFunctions.Triggers;

/// <summary>
/// The file versions of a pipeline that have become jobs, so that none becomes one again. They lie in a few files, each with a share of
/// them, so that adding one rewrites little and a million still are no burden.
/// </summary>
/// <param name="folder">The folder of these files.</param>
internal sealed class StartedVersions(StoreLocation folder)
{
    private const int Shares = 64;
    private readonly Dictionary<string, (string ETag, StartedShare Share)> _read = new(StringComparer.Ordinal);

    /// <summary>Whether a version is among them.</summary>
    public async Task<bool> ContainsAsync(string versionId, CancellationToken cancellationToken) =>
        await FileOf(ShareOf(versionId)).ReadAsync(cancellationToken) is { } share && share.Value.Versions.ContainsKey(versionId);

    /// <summary>All of them.</summary>
    public async Task<HashSet<string>> ReadAllAsync(CancellationToken cancellationToken)
    {
        HashSet<string> all = [];
        await foreach (ObjectProperties file in folder.Store.ListAsync(folder.Path + "/", cancellationToken))
        {
            if (!_read.TryGetValue(file.Key, out (string ETag, StartedShare Share) share) || share.ETag != file.ETag)
            {
                if (await FileAt(folder with { Path = file.Key }).ReadAsync(cancellationToken) is not { } read)
                    continue;
                _read[file.Key] = share = (read.ETag, read.Value);
            }

            all.UnionWith(share.Share.Versions.Keys);
        }

        return all;
    }

    /// <summary>Adds versions.</summary>
    public async Task AddAsync(IEnumerable<string> versionIds, DateOnly today, CancellationToken cancellationToken)
    {
        foreach (IGrouping<int, string> share in versionIds.GroupBy(ShareOf))
        {
            await FileOf(share.Key).ChangeAsync(
                read =>
                {
                    string[] added = [.. share.Where(v => read?.Versions.ContainsKey(v) != true)];
                    if (read is not null && added.Length == 0)
                        return Task.FromResult<StartedShare?>(read);
                    var versions = new SortedDictionary<string, DateOnly>(read?.Versions ?? [], StringComparer.Ordinal);
                    foreach (string version in added)
                        versions[version] = today;
                    return Task.FromResult<StartedShare?>(new StartedShare(versions));
                },
                cancellationToken);
        }
    }

    /// <summary>Forgets versions that were started before <paramref name="day"/>, but for those that still lie in the source.</summary>
    public async Task SweepAsync(HashSet<string> lying, DateOnly day, CancellationToken cancellationToken)
    {
        await foreach (ObjectProperties file in folder.Store.ListAsync(folder.Path + "/", cancellationToken))
        {
            await FileAt(folder with { Path = file.Key }).ChangeAsync(
                read =>
                {
                    if (read is null || read.Versions.All(IsKept))
                        return Task.FromResult(read);
                    return Task.FromResult<StartedShare?>(new StartedShare(new SortedDictionary<string, DateOnly>(read.Versions.Where(IsKept).ToDictionary(), StringComparer.Ordinal)));
                },
                cancellationToken);
        }

        bool IsKept(KeyValuePair<string, DateOnly> version) => version.Value >= day || lying.Contains(version.Key);
    }

    private static int ShareOf(string versionId) => int.Parse(versionId.AsSpan(0, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) % Shares;

    private static StateFile<StartedShare> FileAt(StoreLocation location) => new(location, TriggerJson.Default.StartedShare, TriggerJson.Afresh);

    private StateFile<StartedShare> FileOf(int share) => FileAt(folder.Below(FormattableString.Invariant($"{share:d2}.json")));
}
