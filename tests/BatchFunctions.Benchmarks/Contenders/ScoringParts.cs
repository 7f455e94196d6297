using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Scoring;
using BatchFunctions.Storage;

namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>The stages of the scoring path, put together without a job.</summary>
internal sealed class ScoringParts : IDisposable
{
    private ScoringParts(ModelSession session, PipelineDefinition pipeline, IReadOnlyList<Field> columns, IRecordFormat format, IReadOnlyList<SourceFile> files, IReadOnlyList<Segment> segments) =>
        (Session, Pipeline, Columns, Format, Files, Segments) = (session, pipeline, columns, format, files, segments);

    public ModelSession Session { get; }

    public PipelineDefinition Pipeline { get; }

    public IReadOnlyList<Field> Columns { get; }

    public IRecordFormat Format { get; }

    public IReadOnlyList<SourceFile> Files { get; }

    public IReadOnlyList<Segment> Segments { get; }

    public static async Task<ScoringParts> OpenAsync(ContenderSetup setup, CancellationToken cancellationToken)
    {
        var session = ModelSession.Load(await File.ReadAllBytesAsync(setup.Model, cancellationToken), ModelManifest.Parse(setup.Manifest));
        var pipeline = PredictionSchema.WithModelDefaults(
            PipelineLoader.Load($$"""
            name: bench
            source: { path: "{{setup.Input[0]}}", id: {{setup.Id}} }
            model: bench@1
            output: { path: scored }
            {{setup.Pipeline}}
            """, "pipeline.yaml", _ => null),
            session.Signature,
            session.Manifest);
        var format = RecordFormats.For(setup.Format == "csv" ? FileFormat.Csv : FileFormat.Parquet, pipeline.Source.Csv);
        var files = new List<SourceFile>();
        foreach (var path in setup.Input)
            files.Add(await OpenFileAsync(path, cancellationToken));
        var columns = ColumnPlanner.Plan(pipeline, session.Signature, await format.ReadSchemaAsync(files[0], cancellationToken), format.Format, setup.Input[0], []).Read;
        var segments = new List<Segment>();
        for (var i = 0; i < files.Count; i++)
            segments.AddRange(await format.SplitAsync(files[i], i, pipeline.Shards.TargetRows, cancellationToken));
        return new ScoringParts(session, pipeline, columns, format, files, segments);
    }

    public void Dispose() => Session.Dispose();

    private static async Task<SourceFile> OpenFileAsync(string path, CancellationToken cancellationToken)
    {
        var store = new LocalObjectStore(Path.GetDirectoryName(path)!);
        var found = await store.FindAsync(Path.GetFileName(path), cancellationToken) ?? throw new FileNotFoundException(null, path);
        return new SourceFile(store, found.Key, found.Length, found.ETag);
    }
}
