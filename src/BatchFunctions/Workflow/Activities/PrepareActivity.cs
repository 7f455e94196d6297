using System.Text.Json;
using BatchFunctions.Data;
using BatchFunctions.Expressions;
using BatchFunctions.Incremental;
using BatchFunctions.Models;
using BatchFunctions.Models.Devices;
using BatchFunctions.Models.Probing;
using BatchFunctions.Monitoring;
using BatchFunctions.Notifications;
using BatchFunctions.Pipelines;
using BatchFunctions.Pipelines.Loading;
using BatchFunctions.Planning;
using BatchFunctions.Reprocessing;
using BatchFunctions.Results;
using BatchFunctions.Results.Reports;
using BatchFunctions.Scoring;
using BatchFunctions.Scoring.Decisions;
using BatchFunctions.Storage;
using BatchFunctions.Tables;
using BatchFunctions.Tier;
using BatchFunctions.Views;
using Microsoft.Extensions.Logging;

namespace BatchFunctions.Workflow.Activities;

/// <summary>
/// Pins everything that the job's result depends on: definition, model, snapshot, columns, batch size. Run again, it gives what
/// was pinned the first time.
/// </summary>
internal sealed class PrepareActivity(JobServices services, ModelSessionCache models, TierClient? tier = null) : IActivity<JobRequest, PreparedJob>
{
    private const int FilesAtOnce = 8;
    private const int ShownUnusedColumns = 200;
    private readonly ILogger _logger = services.Loggers.CreateLogger("BatchFunctions.Job");

    public async Task<PreparedJob> RunAsync(JobRequest input, CancellationToken cancellationToken)
    {
        StoreLocation folder = services.Stores.Resolve(services.WorkFolder, services.BaseFolder).Below(JobId.Require(input.JobId));
        var work = new WorkFolder(folder);
        JobDefinition job = await work.FindJobAsync(cancellationToken)
            ?? await work.PinJobAsync(
                input.Reprocess is null
                    ? await DefineAsync(input, preview: null, cancellationToken)
                    : await new ReprocessPreparation(services, models).DefineAsync(input, cancellationToken),
                cancellationToken);
        await services.ModelUses().AddAsync(job, cancellationToken);
        if (input.Run > 1)
            await JobMark.RequireFreeAsync(services, job, cancellationToken);
        if (input.Run > 1)
            await TakeBackEndAsync(services.RunFolderOf(job), cancellationToken);
        if (job.Scoring is { } scoring)
            _logger.LogInformation(
                "Job {JobId} is scored {Tier}, since {TierReason}, on {Device}, since {DeviceReason}.",
                input.JobId, scoring.Tier is ScoringTier.Container ? "by the scoring service" : "in process", scoring.TierReason, DeviceChoice.NameOf(scoring.Device), scoring.DeviceReason);
        RetryDefinition retry = job.Pipeline.Retry;
        return new PreparedJob(
            new JobReference(input.JobId, folder.ToString())
            {
                TraceParent = input.TraceParent,
                Pipeline = job.Pipeline.Name,
                Model = $"{job.Model.Name}@{job.Model.Version}",
            },
            job.RunFolder,
            job.Snapshot.Count,
            job.Snapshot.Sum(f => f.Length),
            services.MaxParallelOf(job),
            new RetryPolicy(retry.Attempts, retry.FirstDelay, retry.Backoff, retry.MaxDelay),
            job.Pipeline.Policy.Deadline,
            HashSnapshotActivity.IsWanted(job),
            job.Scoring?.Tier is ScoringTier.Container ? (services.Tier ?? throw TierChoice.NoService()).Policy : null,
            Notifier.HasReceivers(job.PipelineJson));
    }

    /// <summary>Resolves and pins everything, without writing it down.</summary>
    /// <param name="request">What starts the job.</param>
    /// <param name="preview">Where nothing will be scored, so that nothing has to be measured for it: the place of what is made for the while; else null.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<JobDefinition> DefineAsync(JobRequest request, PreviewFolder? preview, CancellationToken cancellationToken)
    {
        LoadedPipeline loaded = await PipelineFile.ReadAsync(services, request, cancellationToken);
        Notifier.Require(loaded.Definition.Notify, services.Notifications);
        return await DefineAsync(loaded, request, preview, cancellationToken);
    }

    /// <summary>Resolves and pins everything for a pipeline that has been read already, without writing it down.</summary>
    /// <param name="loaded">The pipeline.</param>
    /// <param name="request">What starts the job.</param>
    /// <param name="preview">Where nothing will be published, so that nothing has to be measured for it: the place of what is made for the while; else null.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<JobDefinition> DefineAsync(LoadedPipeline loaded, JobRequest request, PreviewFolder? preview, CancellationToken cancellationToken)
    {
        PipelineDefinition pipeline = loaded.Definition;
        DateOnly date = request.Date ?? DateOnly.FromDateTime(request.RequestedAt.UtcDateTime);

        ModelRegistry registry = services.Registry(services.ModelsFolder);
        ModelHistory resolved = await ModelRequest.Parse(pipeline.Model).ResolveAsync(registry, services.EnvironmentVariable, cancellationToken);
        PinnedModel model = resolved.Version.Pin();
        using ModelSessionLease lease = await models.AcquireAsync(registry, model, cancellationToken);
        ModelSession session = lease.Session;

        StoreLocation source = services.Stores.Resolve(pipeline.Source.Path, loaded.SourceFolder);
        TableState? table = request.Arrivals is null
            ? await SourceTable.FindAsync(source, date, pipeline.Source.Version, services.Time, services.Loggers, cancellationToken)
            : null;
        (IReadOnlyList<SnapshotFile> snapshot, SincePin? since) = await ReadSnapshotAsync(pipeline, request, source, date, table, preview is not null, cancellationToken);
        FileFormat format = table is not null ? FileFormat.Parquet : pipeline.Source.Format ?? (snapshot.Count == 0 ? FileFormat.Parquet : SnapshotReader.FormatOf(snapshot));
        StoreLocation run = services.Stores.Resolve(pipeline.Output.Path, loaded.OutputFolder)
            .Below(RunFolder.PathOf(pipeline.Name, date, request.JobId));
        await RequireUnusedAsync(run, cancellationToken);
        string prefix = PrefixOf(source.Path, date, snapshot, since);
        await using var views = new SourceViews(services, loaded, date, preview?.Location ?? run.Below(RunFolder.Input));
        (ViewRecord Record, SnapshotFile File)? view = snapshot.Count == 0 ? null : await views.MakeAsync(source, snapshot, table, format, cancellationToken);
        if (view is { File: var file })
            (source, prefix, snapshot, table, format) = (views.Folder, views.Prefix, [file], null, FileFormat.Parquet);
        pipeline = PredictionSchema.WithModelDefaults(pipeline, session.Signature, session.Manifest);
        (ColumnPlan plan, EvaluationPlan? evaluation) = await PlanColumnsAsync(pipeline, session, source.Store, snapshot, table, format, cancellationToken);
        ChallengerPlan? challenger = null;
        bool isEmpty = snapshot.Count == 0;
        if (pipeline.Challenger is not null && !isEmpty)
            (challenger, plan) = await PlanChallengerAsync(loaded.Definition, registry, session.Signature, plan, source.Store, snapshot, table, format, cancellationToken);
        if (!isEmpty)
            RefuseMisfitConditions(pipeline, session.Signature, [.. plan.Read, .. plan.Partitions], loaded.Expressions);
        StoreLocation? output = JobTable.PlaceOf(services, pipeline, loaded.OutputFolder);
        if (output is not null && !isEmpty)
        {
            Schema predictions = PredictionSchema.Of(pipeline, session.Signature, [.. plan.Read, .. plan.Partitions]);
            await new Table(output, services.Time, services.Loggers)
                .CheckAsync(predictions, JobTable.PartitionOf(pipeline.Output.Table!, date, model), pipeline.Output.Table!.Mode, cancellationToken);
        }

        DriftPlan? drift = isEmpty ? null : await PlanDriftAsync(pipeline, loaded.Folder, model, session, [.. plan.Read, .. plan.Partitions], cancellationToken);

        long bytes = preview is not null ? 0 : snapshot.Sum(f => f.Length);
        ScoringPlan scoring = await PlanScoringAsync(pipeline, registry, model, BatchSizing.EstimateRecords(snapshot.Sum(f => f.Length), plan.Read.Count + plan.Partitions.Count), cancellationToken);
        // What replicas score on the processor is measured on this one's; a device of theirs has nothing here that is like it.
        bool isAway = scoring.Tier is ScoringTier.Container;
        using ModelSessionLease measured = await models.AcquireAsync(registry, model, isAway ? ScoringDevice.Cpu : scoring.Device, cancellationToken);
        BatchSizeChoice batch = isAway && scoring.Device is not ScoringDevice.Cpu
            ? BatchSizing.ForAnotherDevice(measured.Session.Signature, pipeline)
            : new BatchSizing(services.Time).Settle(measured.Session, pipeline, [.. plan.Read, .. plan.Partitions], bytes, cancellationToken);
        views.Keep();
        return new JobDefinition
        {
            Request = request,
            Pipeline = pipeline with { Notify = null },
            PipelineSha256 = loaded.Sha256,
            PipelineJson = loaded.Json,
            Model = model,
            ModelStage = resolved.Stage,
            ModelApproval = resolved.Stage == ModelStage.Approved ? resolved.Last : null,
            ModelOrigin = resolved.Version.Origin,
            ModelsFolder = services.Stores.Resolve(services.ModelsFolder, services.BaseFolder).ToString(),
            SourceStore = source.Store.Address,
            SourcePrefix = prefix,
            TableVersion = table?.Version,
            Since = since,
            View = view?.Record,
            Format = format,
            Snapshot = snapshot,
            Columns = plan.Read,
            PartitionColumns = plan.Partitions,
            AbsentColumns = plan.Absent.Count == 0 ? null : plan.Absent,
            UnusedColumns = plan.Unused.Count == 0 ? null : [.. plan.Unused.Take(ShownUnusedColumns)],
            Evaluation = evaluation,
            Challenger = challenger,
            Drift = drift,
            BatchSize = batch.Rows,
            BatchSizeOrigin = batch.Origin,
            BatchSizeTimings = batch.Timings,
            Scoring = scoring,
            Software = SoftwareVersions.OfThisProcess(),
            RunFolder = run.ToString(),
            TableFolder = output?.ToString(),
            Date = date,
            PreparedAt = services.Time.GetUtcNow(),
        };
    }

    private async Task<(IReadOnlyList<SnapshotFile> Files, SincePin? Since)> ReadSnapshotAsync(
        PipelineDefinition pipeline, JobRequest request, StoreLocation source, DateOnly date, TableState? table, bool isPreview, CancellationToken cancellationToken)
    {
        IncrementReader? reader = IncrementReader.For(services, pipeline, request, isPreview);
        IReadOnlyList<SnapshotFile>? arrived = request.Arrivals is { } list ? await ReadArrivalsAsync(list, request, pipeline, source, date, cancellationToken) : null;
        Increment? increment = (reader, arrived, table) switch
        {
            (null, _, _) => null,
            (_, not null, _) => await reader.LeaveOutScoredAsync(source, arrived, cancellationToken),
            (_, _, null) => await reader.ReadFilesAsync(source, date, cancellationToken),
            _ => await reader.ReadTableAsync(source, date, table, cancellationToken),
        };
        if (increment is not null)
            return (increment.Files, increment.Pin);
        return (arrived ?? (table is null
            ? await SnapshotReader.ReadAsync(source, date, pipeline.Source.Format, cancellationToken)
            : await SourceTable.PinAsync(source, date, table, cancellationToken)), null);
    }

    private async Task<ScoringPlan> PlanScoringAsync(PipelineDefinition pipeline, ModelRegistry registry, PinnedModel model, long records, CancellationToken cancellationToken)
    {
        long modelBytes = pipeline.Scoring.Tier is ScoringTier.Auto ? await registry.LengthOfAsync(model, cancellationToken) : 0;
        TierChoice choice = TierChoice.Choose(pipeline.Scoring.Tier, tier is not null, modelBytes, records);
        if (choice.Tier is ScoringTier.Container)
        {
            try
            {
                ReplicaDescription replica = await tier!.DescribeAsync(cancellationToken);
                DeviceChoice there = DeviceChoice.Choose(pipeline.Scoring, TierClient.OfferedBy(replica), "the scoring service");
                var own = SoftwareVersions.OfThisProcess();
                if (replica.OnnxRuntime != own.OnnxRuntime || replica.Version != own.BatchFunctions)
                    _logger.LogWarning(
                        "The scoring service runs {Version} with ONNX Runtime {OnnxRuntime}, this host {OwnVersion} with {OwnOnnxRuntime}; results may round otherwise.",
                        replica.Version, replica.OnnxRuntime, own.BatchFunctions, own.OnnxRuntime);
                return new ScoringPlan(choice.Tier, choice.Reason, there.Device, there.Reason);
            }
            catch (BatchFunctionsException failure) when (pipeline.Scoring.Tier is ScoringTier.Auto && failure.Kind == ErrorKind.Transient)
            {
                _logger.LogWarning(failure, "The scoring service does not answer, so that {Pipeline} is scored in process.", pipeline.Name);
                choice = new TierChoice(ScoringTier.InProcess, "scoring.tier is auto, and the scoring service does not answer");
            }
        }

        DeviceChoice device = DeviceChoice.Choose(pipeline.Scoring, services.Devices(), "this machine");
        return new ScoringPlan(choice.Tier, choice.Reason, device.Device, device.Reason);
    }

    private async Task<IReadOnlyList<SnapshotFile>> ReadArrivalsAsync(
        string address, JobRequest request, PipelineDefinition pipeline, StoreLocation source, DateOnly date, CancellationToken cancellationToken)
    {
        StoreLocation list = services.ArrivalListOf(pipeline.Name, request.JobId);
        if (address != list.ToString())
            throw new BatchFunctionsException(ErrorKind.Request, $"'{address}' is not the list of the files that arrived for job {request.JobId}. Only the arrival trigger makes such lists; start the job without one, it then reads what source.path means.");
        byte[] bytes = await list.Store.FindBytesAsync(list.Path, cancellationToken)
            ?? throw new BatchFunctionsException(ErrorKind.Integrity, $"{list} is gone, which lists the files that arrived for the job. Start a job for them by hand.");
        ArrivalList files = JsonSerializer.Deserialize(bytes, WorkJson.Default.ArrivalList)!;
        return await SnapshotReader.ReadListedAsync(source, date, pipeline.Source.Format, files, LeftOut, cancellationToken);

        void LeftOut(ArrivedFile file) => _logger.LogWarning(
            "{File} arrived for job {Job} and is left out: it is gone, or was changed since, and then gets a job of its own.", source with { Path = file.Key }, request.JobId);
    }

    private async Task<DriftPlan?> PlanDriftAsync(
        PipelineDefinition pipeline, string folder, PinnedModel model, ModelSession session, IReadOnlyList<Field> columns, CancellationToken cancellationToken)
    {
        if (pipeline.Monitoring is not { } monitoring)
            return null;
        if (monitoring.Baseline is { } address and not DriftPlanner.ModelWord)
        {
            StoreLocation location = services.Stores.Resolve(address, folder);
            BaselineFile file = await BaselineFile.ReadAsync(location, cancellationToken);
            return DriftPlanner.Plan(monitoring, file.Baseline, location.ToString(), file.Sha256, columns, session.Signature);
        }

        string reference = $"{model.Name}@{model.Version}";
        if (session.Manifest.Baseline is { } baseline)
            return DriftPlanner.Plan(monitoring, baseline, reference, null, columns, session.Signature);
        return monitoring is { Baseline: null, Drift: null, Score: null, Features.Count: 0 }
            ? null
            : throw new BatchFunctionsException(ErrorKind.Request, $"monitoring compares with the baseline of {reference}, whose manifest has none. Name a file that holds one as monitoring.baseline, or register a version with one.");
    }

    // A run folder is written once. Asking now also finds a store that cannot be reached before anything is scored for it.
    private static async Task RequireUnusedAsync(StoreLocation run, CancellationToken cancellationToken)
    {
        if (await run.Store.FindAsync(run.Key(RunFolder.ManifestFile), cancellationToken) is not null)
            throw new BatchFunctionsException(ErrorKind.Request, $"{run} holds the output of an earlier job of this id, which is never overwritten. Start the job under another id.");
    }

    // Whoever waits for the marker must not take the end of the run before for this one's.
    private static Task TakeBackEndAsync(RunFolder run, CancellationToken cancellationToken) =>
        run.Location.Store.DeleteAsync(run.Location.Key(RunFolder.MarkerOf(JobStatus.Failed)), cancellationToken);

    private static void RefuseMisfitConditions(PipelineDefinition pipeline, ModelSignature model, IReadOnlyList<Field> columns, ExpressionPlaces places)
    {
        List<(string Path, ExpressionProblem Problem)> problems = [];
        SourceFilter.Bind(pipeline, columns, problems);
        RuleConditions.Bind(pipeline.Decisions, model, columns, problems);
        if (problems.Count > 0)
            throw places.Refusal(problems);
    }

    private static Schema ColumnsOf(TableState table, bool arePartitions) => new(
        table.Columns.Where(c => c.Type is not null && table.PartitionColumns.Contains(c.Name) == arePartitions).Select(c => new Field(c.Name, c.Type!.Value)));

    private static string PrefixOf(string path, DateOnly date, IReadOnlyList<SnapshotFile> snapshot, SincePin? since)
    {
        // Its files may be of several dates.
        if (since is { TableFolder: null } && DatedSourcePattern.Parse(path) is { IsLiteral: false } dated)
            return dated.Prefix[..(dated.Prefix.LastIndexOf('/') + 1)];
        var pattern = SourcePattern.Parse(path, date);
        string folder = $"{pattern.Text.TrimEnd('/')}/";
        return snapshot.All(f => f.Key.StartsWith(folder, StringComparison.Ordinal)) ? folder : pattern.Prefix[..(pattern.Prefix.LastIndexOf('/') + 1)];
    }

    private async Task<(ChallengerPlan Challenger, ColumnPlan Columns)> PlanChallengerAsync(
        PipelineDefinition pipeline,
        ModelRegistry registry,
        ModelSignature champion,
        ColumnPlan plan,
        IObjectStore store,
        IReadOnlyList<SnapshotFile> snapshot,
        TableState? table,
        FileFormat format,
        CancellationToken cancellationToken)
    {
        PinnedModel pinned = (await ModelRequest.Parse(pipeline.Challenger!.Model).ResolveAsync(registry, services.EnvironmentVariable, cancellationToken)).Version.Pin();
        using ModelSessionLease lease = await models.AcquireAsync(registry, pinned, cancellationToken);
        (SourceFile file, Schema schema, IReadOnlyList<Field> partitions) = await ReadColumnsAsync(pipeline, store, snapshot, table, format, cancellationToken);
        ColumnPlan wanted = ColumnPlanner.Plan(
            pipeline with { Model = pipeline.Challenger.Model }, lease.Session.Signature, schema, format, file.ToString(), partitions);
        return ChallengerPlanner.Plan(pipeline, champion, pinned, lease.Session, plan, wanted);
    }

    // The columns that there are: those of the table, else those of the first file that is not empty and of its folder.
    private static async Task<(SourceFile First, Schema Columns, IReadOnlyList<Field> Partitions)> ReadColumnsAsync(
        PipelineDefinition pipeline, IObjectStore store, IReadOnlyList<SnapshotFile> snapshot, TableState? table, FileFormat format, CancellationToken cancellationToken)
    {
        SnapshotFile first = snapshot.First(f => f.Length > 0);
        var file = new SourceFile(store, first.Key, first.Length, first.ETag);
        return table is null
            ? (file, await RecordFormats.For(format, pipeline.Source.Csv).ReadSchemaAsync(file, cancellationToken), [.. first.Partitions.Keys.Select(name => new Field(name, DataType.String))])
            : (file, ColumnsOf(table, arePartitions: false), ColumnsOf(table, arePartitions: true));
    }

    private async Task<(ColumnPlan Columns, EvaluationPlan? Evaluation)> PlanColumnsAsync(
        PipelineDefinition pipeline, ModelSession session, IObjectStore store, IReadOnlyList<SnapshotFile> snapshot, TableState? table, FileFormat format, CancellationToken cancellationToken)
    {
        // An incremental job that finds nothing new has no column to plan for.
        if (snapshot.Count == 0)
            return (new ColumnPlan([], [], [], []), null);
        IRecordFormat reading = RecordFormats.For(format, pipeline.Source.Csv);
        (SourceFile file, Schema schema, IReadOnlyList<Field> partitions) = await ReadColumnsAsync(pipeline, store, snapshot, table, format, cancellationToken);
        EvaluationPlan? evaluation = EvaluationPlanner.Plan(
            pipeline, session.Signature, session.Manifest, ColumnPlanner.Available(pipeline, schema, partitions), file.ToString());
        ColumnPlan plan = ColumnPlanner.Plan(pipeline, session.Signature, schema, format, file.ToString(), partitions, evaluation);
        if (evaluation is null || EvaluationPlanner.IsAsked(pipeline) || await FindUnlabelledAsync() is not { } unlabelled)
            return (plan, evaluation);

        _logger.LogWarning("{File} has no column {Label} that can be read as the others' are, so predictions are not evaluated.", unlabelled, evaluation.Label);
        return (ColumnPlanner.Plan(pipeline, session.Signature, schema, format, file.ToString(), partitions), null);

        // An evaluation that nobody asked for must not be what a job is refused for. JSON may leave the column out of any record.
        async Task<SourceFile?> FindUnlabelledAsync()
        {
            if (table is not null || format == FileFormat.Jsonl || plan.Read.FirstOrDefault(f => f.Name == evaluation.Label) is not { } label)
                return null;
            SourceFile? found = null;
            await Parallel.ForEachAsync(
                snapshot.Where(f => f.Length > 0 && f.Key != file.Key),
                new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellationToken },
                async (pinned, token) =>
                {
                    var other = new SourceFile(store, pinned.Key, pinned.Length, pinned.ETag);
                    Schema columns = found is null ? await reading.ReadSchemaAsync(other, token) : schema;
                    if (columns.Find(label.Name) is not { } there || (format == FileFormat.Parquet && !TypeConversions.CanRead(there.Type, label.Type)))
                        Interlocked.CompareExchange(ref found, other, null);
                });
            return found;
        }
    }
}
