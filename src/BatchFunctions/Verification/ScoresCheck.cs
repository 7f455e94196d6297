using BatchFunctions.Planning;
using BatchFunctions.Results;
using BatchFunctions.Results.Reports;
using BatchFunctions.Scoring;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;

namespace BatchFunctions.Verification;

/// <summary>Scores shards again, through the same code as the job, and compares the bytes with those of the job's parts.</summary>
internal static class ScoresCheck
{
    /// <summary>Scores them.</summary>
    /// <param name="lineage">What was scored; its job and plan are known.</param>
    /// <param name="context">The job as it is loaded now.</param>
    /// <param name="shards">The numbers of the shards.</param>
    /// <param name="changed">The positions of input files that are not what was pinned: shards that read them are left out.</param>
    /// <param name="damaged">The names of parts that were found wrong already.</param>
    /// <param name="findings">Takes what is wrong.</param>
    /// <param name="options">How many are scored at once.</param>
    public static async Task RunAsync(
        Lineage lineage, JobContext context, IReadOnlyList<int> shards, IReadOnlySet<int> changed, IReadOnlySet<string> damaged, Findings findings, ParallelOptions options)
    {
        IReadOnlyDictionary<int, GroupShard> written;
        try
        {
            written = await ReadShardsAsync(lineage, shards, options.CancellationToken);
        }
        catch (BatchFunctionsException lost) when (lost.Kind == ErrorKind.Integrity)
        {
            findings.Fault(lineage.Work.Location.ToString(), lost.Message);
            return;
        }

        using var scratch = new ScratchFolder();
        await Parallel.ForEachAsync(shards, options, async (index, token) =>
        {
            Shard shard = await context.ReadShardAsync(index, token);
            if (shard.Segments.Any(s => changed.Contains(s.File)))
                findings.Skip(FormattableString.Invariant($"Shard {index}, since a file that it read is not what it was."));
            else
                await CompareAsync(lineage, context, shard, written[index], damaged, scratch, findings, token);
        });
    }

    /// <summary>Chooses shards: the first, the last, and others at random.</summary>
    /// <param name="shards">How many there are.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="random">Chance, so that another look looks elsewhere.</param>
    public static IReadOnlyList<int> Choose(int shards, int count, Random random)
    {
        if (count >= shards)
            return [.. Enumerable.Range(0, shards)];
        SortedSet<int> chosen = [];
        if (count > 0)
            chosen.Add(0);
        if (count > 1)
            chosen.Add(shards - 1);
        while (chosen.Count < count)
            chosen.Add(random.Next(shards));
        return [.. chosen];
    }

    private static async Task<IReadOnlyDictionary<int, GroupShard>> ReadShardsAsync(Lineage lineage, IReadOnlyList<int> shards, CancellationToken cancellationToken)
    {
        Dictionary<int, GroupShard> written = [];
        foreach (int first in shards.Select(s => s / lineage.Plan!.PageSize * lineage.Plan.PageSize).Distinct())
            foreach (GroupShard shard in (await lineage.Work.ReadGroupAsync(first, cancellationToken)).Shards)
                written[shard.Shard] = shard;
        return written;
    }

    private static async Task CompareAsync(
        Lineage lineage, JobContext context, Shard shard, GroupShard written, IReadOnlySet<string> damaged, ScratchFolder scratch, Findings findings, CancellationToken cancellationToken)
    {
        findings.Count();
        await using ScorerLease lease = await context.RentScorerAsync(Math.Max(1, context.Job.BatchSize / written.BatchSize), cancellationToken);
        await using Stream predictions = scratch.Create(), rejects = scratch.Create();
        ShardScores scores;
        try
        {
            scores = await lease.Scorer.ScoreAsync(context.Files, shard, predictions, _ => ValueTask.FromResult(rejects), cancellationToken);
        }
        catch (BatchFunctionsException failure) when (failure.Kind is ErrorKind.Integrity or ErrorKind.Request or ErrorKind.Policy)
        {
            findings.Fault(AddressOf(lineage, lineage.PredictionsFolder, written.Predictions), $"Shard {shard.Index} cannot be scored again: {failure.Message}");
            return;
        }

        lease.Keep();
        await ExpectAsync(lineage.PredictionsFolder, written.Predictions, scores.Scored, predictions);
        await ExpectAsync(lineage.RejectsFolder, written.Rejects, scores.Failed, rejects);

        async Task ExpectAsync(StoreLocation folder, Part? part, long rows, Stream again)
        {
            string hash = await ContentHash.OfAsync(again, cancellationToken);
            if (hash == part?.Sha256 || (part is null && rows == 0) || (part is not null && damaged.Contains(part.Name)))
                return;
            string what = rows == (part?.Rows ?? 0) ? "other bytes" : FormattableString.Invariant($"{rows} rows instead of {part?.Rows ?? 0}");
            findings.Fault(
                AddressOf(lineage, folder, part),
                $"Shard {shard.Index}, read again from {string.Join(", ", shard.Segments.Select(s => context.Files[s.File].ToString()).Distinct())}, gives {what}. {Suspicion(context.Job.Software)}");
        }
    }

    private static string AddressOf(Lineage lineage, StoreLocation folder, Part? part) =>
        (part is null ? lineage.Run.Location.Below(RunFolder.ManifestFile) : folder.Below(part.Name)).ToString();

    private static string Suspicion(SoftwareVersions then)
    {
        string[] differences = [.. Differences(then, SoftwareVersions.OfThisProcess())];
        return differences.Length == 0
            ? "The versions of all software are the same, so that input, model or part must have changed."
            : $"The software is not what the job ran on, which may change last digits or the packing of the same values: {string.Join("; ", differences)}.";
    }

    private static IEnumerable<string> Differences(SoftwareVersions then, SoftwareVersions now)
    {
        foreach ((string name, string before, string after) in ((string, string, string)[])
        [
            ("BatchFunctions", then.BatchFunctions, now.BatchFunctions),
            (".NET", then.Dotnet, now.Dotnet),
            ("ONNX Runtime", then.OnnxRuntime, now.OnnxRuntime),
            ("ZstdSharp", then.ZstdSharp, now.ZstdSharp),
            ("operating system", then.Os, now.Os),
            ("processor", then.Architecture, now.Architecture),
        ])
        {
            if (before != after)
                yield return $"{name} was {before} and is {after}";
        }
    }
}
