using BatchFunctions.Pipelines;
using BatchFunctions.Results;
using BatchFunctions.Storage;
using BatchFunctions.Workflow;

namespace BatchFunctions.Retention;

/// <summary>
/// Removes, or archives, what a pipeline's jobs have left and its policy does not keep: run folders, work files, lists of arrived files. Never touched are
/// runs that a table refers to, runs that somebody works on, and the last successful one.
/// </summary>
/// <param name="services">What the machine offers.</param>
/// <param name="engine">Where jobs are known, or null where none is at hand; then only published jobs' files are removed.</param>
public sealed class PipelineRetention(JobServices services, IJobEngine? engine)
{
    /// <summary>Says what becomes of what is there, and changes nothing.</summary>
    /// <param name="pipelineFile">The address of the pipeline file, whose <c>retention</c> is the policy.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the pipeline is wrong, or has no policy.</exception>
    public async Task<RetentionPlan> PlanAsync(string pipelineFile, CancellationToken cancellationToken)
    {
        LoadedPipeline loaded = await PipelineFile.ReadAsync(
            services, new JobRequest { JobId = "clean", Pipeline = pipelineFile, RequestedAt = services.Time.GetUtcNow() }, cancellationToken);
        PipelineDefinition pipeline = loaded.Definition;
        RetentionDefinition policy = pipeline.Retention
            ?? throw new BatchFunctionsException(ErrorKind.Request, $"{pipelineFile} has no retention, so that everything is kept. Write retention: {{ runs: 90d, work: 7d }}, for example.");
        StoreLocation folder = services.Stores.Resolve(pipeline.Output.Path, loaded.OutputFolder).Below(pipeline.Name);
        string? archive = policy.Archive is { } address ? services.Stores.Resolve(address, loaded.OutputFolder).ToString() : null;

        IReadOnlyList<StoredRun> runs = [.. (await RunCatalog.ListAsync(folder, cancellationToken)).Where(r => !r.IsArchived || r.Files > 1)];
        ILookup<string, AuditEntry> audit = (await new AuditLog(folder).ReadAsync(cancellationToken)).ToLookup(e => e.JobId, StringComparer.Ordinal);
        Dictionary<string, AuditEntry> open = new(StringComparer.Ordinal);
        foreach (IGrouping<string, AuditEntry> job in audit)
            if (AuditLog.OpenIn(job) is { } begun)
                open.Add(job.Key, begun);

        List<RetentionItem> items = [];
        foreach (AuditEntry begun in open.Values)
        {
            StoredRun? run = runs.FirstOrDefault(r => r.JobId == begun.JobId);
            items.Add(new RetentionItem(
                RetentionItem.Run, begun.JobId, begun.Address, begun.To is null ? RetentionItem.Remove : RetentionItem.Archive, $"this was begun at {begun.At:u} by {begun.By} and broken off", run?.Files ?? 0, run?.Bytes ?? 0, begun.Address, ArchiveOf(begun)));
        }

        StoredRun[] whole = [.. runs.Where(r => !open.ContainsKey(r.JobId))];
        RunFacts[] facts = await FactsOfAsync(whole, cancellationToken);
        foreach ((StoredRun run, string? kept) in whole.Zip(RetentionRules.Judge(facts, policy, services.Time.GetUtcNow())))
        {
            items.Add(new RetentionItem(
                RetentionItem.Run,
                run.JobId,
                run.Run.Location.ToString(),
                kept is not null ? RetentionItem.Keep : archive is null ? RetentionItem.Remove : RetentionItem.Archive,
                kept ?? $"it ended at {LastEndOf(run):u}",
                run.Files,
                run.Bytes,
                run.Run.Location.ToString(),
                kept is null ? archive : null));
        }

        HashSet<string> going = [.. items.Where(i => i.Action != RetentionItem.Keep).Select(i => i.JobId)];
        if (policy.Work is { } age)
        {
            foreach ((StoredRun run, RunFacts fact) in whole.Zip(facts).Where(r => !going.Contains(r.First.JobId)))
                items.AddRange(await WorkOfAsync(run, fact, age, cancellationToken));
            items.AddRange(await ArrivalsOfAsync(pipeline.Name, facts, age, cancellationToken));
        }

        return new RetentionPlan(pipeline.Name, folder.ToString(), items);
    }

    /// <summary>Removes and archives what a plan says. Broken off and planned again, it goes on.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="by">Who asks for it.</param>
    /// <param name="done">Told of each thing that is done, before the next one is begun.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What was not done after all, with the reason: somebody is at work on it by now, or it failed; the others are done all the same.</returns>
    public async Task<IReadOnlyList<RetentionItem>> ApplyAsync(RetentionPlan plan, string by, Action<RetentionItem>? done, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        var audit = new AuditLog(services.Stores.Resolve(plan.Folder, services.BaseFolder));
        List<RetentionItem> left = [];
        foreach (RetentionItem item in plan.Due)
        {
            string reason = $"the retention of pipeline {plan.Pipeline}: {item.Reason}";
            try
            {
                if (await ApplyAsync(item, audit, by, reason, cancellationToken))
                    done?.Invoke(item);
                else
                    left.Add(item with { Action = RetentionItem.Keep, Reason = "somebody is at work on it by now" });
            }
            catch (BatchFunctionsException refusal) when (refusal.Kind is ErrorKind.Request or ErrorKind.Integrity)
            {
                left.Add(item with { Action = RetentionItem.Failed, Reason = refusal.Message });
            }
        }

        return left;
    }

    private Task<bool> ApplyAsync(RetentionItem item, AuditLog audit, string by, string reason, CancellationToken cancellationToken) => item switch
    {
        { Kind: RetentionItem.Run, Action: RetentionItem.Archive } => ArchiveAsync(item, by, reason, cancellationToken),
        { Kind: RetentionItem.Run } => RemoveRunAsync(item, audit, by, reason, cancellationToken),
        { Kind: RetentionItem.Work } => RemoveWorkAsync(item, audit, by, reason, cancellationToken),
        _ => RemoveArrivalsAsync(item, audit, by, reason, cancellationToken),
    };

    // The archive of an entry has the run's own path below the place that was asked for.
    private static string? ArchiveOf(AuditEntry begun)
    {
        if (begun.To is not { } to)
            return null;
        string relative = string.Join('/', begun.Address.Split('/')[^3..]);
        return to[..^(relative.Length + 1)];
    }

    // What was added later is as young as it is.
    private static DateTimeOffset LastEndOf(StoredRun run) =>
        run.Metadata is { } metadata ? (metadata.Reprocesses ?? []).Select(r => r.EndedAt).Append(metadata.EndedAt).Max() : default;

    private async Task<RunFacts[]> FactsOfAsync(StoredRun[] runs, CancellationToken cancellationToken)
    {
        var watch = new RunWatch(engine, services.Time);
        Dictionary<string, TableReferences?> tables = new(StringComparer.Ordinal);
        var facts = new RunFacts[runs.Length];
        for (int i = 0; i < facts.Length; i++)
        {
            StoredRun run = runs[i];
            string? table = null;
            if (run.Metadata?.Table is { } published)
            {
                if (!tables.TryGetValue(published.Folder, out TableReferences? references))
                    tables.Add(published.Folder, references = await ReadTableAsync(published.Folder, cancellationToken));
                table = references is null ? $"{published.Name} cannot be read and perhaps"
                    : references.ReferTo(run.JobId, run.Run.Location) ? published.Name : null;
            }

            facts[i] = new RunFacts(
                run.JobId, run.HasMarker ? run.Metadata?.Status : null, LastEndOf(run), await watch.FindWorkAsync(run, cancellationToken), table)
            {
                IsEmpty = run.Metadata is { RecordsTotal: 0 },
            };
        }

        return facts;
    }

    private async Task<TableReferences?> ReadTableAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            return await TableReferences.ReadAsync(services.Stores.Resolve(folder, services.BaseFolder), cancellationToken);
        }
        catch (BatchFunctionsException damage) when (damage.Kind is ErrorKind.Request or ErrorKind.Integrity)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<RetentionItem>> WorkOfAsync(StoredRun run, RunFacts fact, TimeSpan age, CancellationToken cancellationToken)
    {
        List<RetentionItem> items = [];
        foreach (string jobId in RunWork.JobsOf(run))
        {
            WorkFolder work = services.WorkFolderOf(jobId);
            (int files, long bytes) = await MeasureAsync(work.Location, cancellationToken);
            if (files == 0)
                continue;
            string? kept = fact switch
            {
                { Work: { } busy } => $"job {busy} is at work",
                { Status: null } => "its job has not ended",
                _ when services.Time.GetUtcNow() - fact.EndedAt < age => FormattableString.Invariant($"it is kept until {(fact.EndedAt + age).UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"),
                _ when engine is null && !IsPublished(run, jobId) => "its job could be retried",
                _ => null,
            };
            items.Add(new RetentionItem(
                RetentionItem.Work,
                jobId,
                work.Location.ToString(),
                kept is null ? RetentionItem.Remove : RetentionItem.Keep,
                kept ?? FormattableString.Invariant($"its job ended at {fact.EndedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"),
                files,
                bytes,
                run.Run.Location.ToString()));
        }

        return items;
    }

    private static bool IsPublished(StoredRun run, string jobId) => jobId == run.JobId
        ? run.Metadata?.Status is JobStatus.Succeeded or JobStatus.SucceededWithWarnings
        : run.Reprocesses.Any(r => r.IsPublished && JobId.ForReprocess(run.JobId, r.Number) == jobId);

    private async Task<IReadOnlyList<RetentionItem>> ArrivalsOfAsync(string pipeline, IReadOnlyList<RunFacts> facts, TimeSpan age, CancellationToken cancellationToken)
    {
        HashSet<string> published = [.. facts.Where(f => f is { IsPublished: true, Work: null }).Select(f => f.JobId)];
        StoreLocation lists = services.ArrivalListsOf(pipeline);
        List<RetentionItem> items = [];
        await foreach (ObjectProperties list in lists.Store.ListAsync(lists.Path + "/", cancellationToken))
        {
            string jobId = Path.GetFileNameWithoutExtension(list.Key);
            if (!JobId.IsValid(jobId) || services.Time.GetUtcNow() - list.LastModified < age)
                continue;

            // A job that is not published yet may still have to be prepared, by this list.
            bool isDone = published.Contains(jobId)
                || (engine is not null && await engine.FindAsync(jobId, cancellationToken) is { Status: JobStatus.Succeeded or JobStatus.SucceededWithWarnings });
            if (isDone)
                items.Add(new RetentionItem(RetentionItem.Arrivals, jobId, (lists with { Path = list.Key }).ToString(), RetentionItem.Remove, "its job has read it", 1, list.Length));
        }

        return items;
    }

    private async Task<bool> ArchiveAsync(RetentionItem item, string by, string reason, CancellationToken cancellationToken)
    {
        StoreLocation run = services.Stores.Resolve(item.Address, services.BaseFolder);
        if (await RunCatalog.FindAsync(run, cancellationToken) is { IsArchived: false } stored && await new RunWatch(engine, services.Time).FindWorkAsync(stored, cancellationToken) is not null)
            return false;
        await new RunArchive(services, engine).ArchiveAsync(item.Address, item.To!, by, reason, keepOriginal: false, cancellationToken);
        return true;
    }

    private async Task<bool> RemoveRunAsync(RetentionItem item, AuditLog audit, string by, string reason, CancellationToken cancellationToken)
    {
        StoreLocation location = services.Stores.Resolve(item.Address, services.BaseFolder);
        StoredRun? run = await RunCatalog.FindAsync(location, cancellationToken);
        if (run is not null && await new RunWatch(engine, services.Time).FindWorkAsync(run, cancellationToken) is not null)
            return false;
        if (AuditLog.OpenIn(await audit.ReadAsync(item.JobId, cancellationToken)) is not { Action: AuditAction.RemovingRun })
        {
            if (run is not { HasMarker: true } || !await LetGoAsync(run, RunWork.JobsOf(run), cancellationToken))
                return false;
            await audit.AddAsync(EntryOf(item, AuditAction.RemovingRun, by, reason), cancellationToken);
        }

        IEnumerable<string> jobs = run is null ? [item.JobId] : [.. RunWork.JobsOf(run)];
        foreach (string jobId in jobs)
            await RunWork.DeleteWorkAsync(services, jobId, cancellationToken);
        await RunWork.DeleteRunAsync(location, null, cancellationToken);
        await audit.AddAsync(EntryOf(item, AuditAction.RemovedRun, by, reason), cancellationToken);
        return true;
    }

    private async Task<bool> RemoveWorkAsync(RetentionItem item, AuditLog audit, string by, string reason, CancellationToken cancellationToken)
    {
        StoreLocation location = services.Stores.Resolve(item.RunFolder!, services.BaseFolder);
        if (await RunCatalog.FindAsync(location, cancellationToken) is not { HasMarker: true } run
            || await new RunWatch(engine, services.Time).FindWorkAsync(run, cancellationToken) is not null
            || !await LetGoAsync(run, [item.JobId], cancellationToken))
            return false;
        if (item.JobId == run.JobId)
        {
            if (IsPublished(run, run.JobId))
                await RunWork.KeepWorkAsync(services, run.JobId, run.Run, cancellationToken);
            else
                await RunWork.DeleteStagingAsync(run.Run, cancellationToken);
        }

        await RunWork.DeleteWorkAsync(services, item.JobId, cancellationToken);
        await audit.AddAsync(EntryOf(item with { JobId = run.JobId }, AuditAction.RemovedWork, by, reason), cancellationToken);
        return true;
    }

    private async Task<bool> RemoveArrivalsAsync(RetentionItem item, AuditLog audit, string by, string reason, CancellationToken cancellationToken)
    {
        StoreLocation list = services.Stores.Resolve(item.Address, services.BaseFolder);
        await list.Store.DeleteAsync(list.Path, cancellationToken);
        await audit.AddAsync(EntryOf(item, AuditAction.RemovedArrivals, by, reason), cancellationToken);
        return true;
    }

    // Whoever retries a job from now on is told that there is none: it would find its files half removed.
    private async Task<bool> LetGoAsync(StoredRun run, IEnumerable<string> jobs, CancellationToken cancellationToken)
    {
        foreach (string jobId in jobs.Where(j => !IsPublished(run, j)))
            if (engine is not null && await engine.ForgetAsync(jobId, cancellationToken) == JobChange.NotNow)
                return false;
        return true;
    }

    private static async Task<(int Files, long Bytes)> MeasureAsync(StoreLocation folder, CancellationToken cancellationToken)
    {
        (int files, long bytes) = (0, 0L);
        await foreach (ObjectProperties found in folder.Store.ListAsync(folder.Path + "/", cancellationToken))
            (files, bytes) = (files + 1, bytes + found.Length);
        return (files, bytes);
    }

    private AuditEntry EntryOf(RetentionItem item, AuditAction action, string by, string reason) => new()
    {
        Number = 0,
        JobId = item.JobId,
        Action = action,
        At = services.Time.GetUtcNow(),
        By = by,
        Reason = reason,
        Address = item.Address,
        Files = item.Files,
        Bytes = item.Bytes,
    };
}
