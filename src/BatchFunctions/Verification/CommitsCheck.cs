using BatchFunctions.Results;

namespace BatchFunctions.Verification;

/// <summary>Compares the manifest's parts with what each shard's commit record says it wrote.</summary>
internal static class CommitsCheck
{
    public static async Task RunAsync(Lineage lineage, Findings findings, ParallelOptions options, CancellationToken cancellationToken)
    {
        if (lineage.Plan is not { } plan)
        {
            findings.Skip($"The plan and the commit records are gone from {lineage.Work.Location}.");
            return;
        }

        var commits = new CommitRecord?[plan.Shards];
        await Parallel.ForAsync(0, plan.Shards, options, async (shard, token) =>
        {
            try
            {
                commits[shard] = await lineage.Work.FindCommitAsync(shard, token);
            }
            catch (BatchFunctionsException damage) when (damage.Kind == ErrorKind.Integrity)
            {
                findings.Fault(lineage.Work.CommitAddress(shard), damage.Message);
            }
        });
        if (commits.All(c => c is null))
        {
            findings.Skip($"The commit records are gone from {lineage.Work.Location}.");
            return;
        }

        Dictionary<string, Part> published = lineage.Predictions.Concat(lineage.Rejects).ToDictionary(p => p.Name, StringComparer.Ordinal);
        for (int shard = 0; shard < commits.Length; shard++)
        {
            if (commits[shard] is not { } commit)
            {
                if (findings.IsRight)
                    findings.Fault(lineage.Work.CommitAddress(shard), "It is gone.");
                continue;
            }

            findings.Count();
            string? wrong = Compare(commit, shard, published);
            if (wrong is not null)
                findings.Fault(lineage.Work.CommitAddress(shard), wrong);
        }

        foreach (Part stranger in published.Values)
            findings.Fault(lineage.Run.Location.Below(RunFolder.ManifestFile).ToString(), $"It lists {stranger.Name}, which no shard has committed.");
    }

    private static string? Compare(CommitRecord commit, int shard, Dictionary<string, Part> published)
    {
        if (commit.Shard != shard)
            return FormattableString.Invariant($"It is of shard {commit.Shard}.");
        if (commit.Records != commit.Scored + commit.Failed || commit.Predictions.Rows != commit.Scored || (commit.Rejects?.Rows ?? 0) != commit.Failed)
            return FormattableString.Invariant($"It has {commit.Records} records, {commit.Scored} scored and {commit.Failed} failed, in parts of {commit.Predictions.Rows} and {commit.Rejects?.Rows ?? 0} rows.");
        foreach (Part? part in (Part?[])[commit.Predictions, commit.Rejects])
        {
            if (part is null)
                continue;
            if (!published.Remove(part.Name, out Part? listed))
                return $"It has the part {part.Name}, which the manifest does not list.";
            if (listed != part)
                return $"It has the part {part.Name} with other rows, bytes or SHA-256 than the manifest.";
        }

        return null;
    }
}
