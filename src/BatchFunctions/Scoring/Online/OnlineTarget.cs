using System.Collections.Concurrent;
using System.Text.Json;
using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Scoring.Decisions;

namespace BatchFunctions.Scoring.Online;

/// <summary>A pipeline or a model that rows are scored by, with its session and warm scorers.</summary>
internal sealed class OnlineTarget : IAsyncDisposable
{
    private const int RowsAtOnce = 256;

    private readonly ModelSessionLease _lease;
    private readonly PipelineDefinition _pipeline;
    private readonly IReadOnlyList<Field> _columns;
    private readonly HashSet<string> _names;
    private readonly ConcurrentBag<RowScorer> _idle = [];

    /// <summary>Ties a pipeline to its model.</summary>
    /// <param name="pipeline">The pipeline as it was written.</param>
    /// <param name="json">What it says, to see whether it has changed.</param>
    /// <param name="model">The model that its reference means now.</param>
    /// <param name="lease">The model's session, which this disposes of.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: they do not fit each other.</exception>
    public OnlineTarget(PipelineDefinition pipeline, string json, PinnedModel model, ModelSessionLease lease)
    {
        ModelSession session = lease.Session;
        (Json, Model, _lease) = (json, model, lease);
        // One row at a time, a record that cannot be scored fails nothing but itself; and only the model that decides is run.
        _pipeline = PredictionSchema.WithModelDefaults(
            pipeline with { Challenger = null, Validation = pipeline.Validation with { OnBadRecord = BadRecordAction.Reject } }, session.Signature, session.Manifest);
        _columns = ColumnsOf(_pipeline, session.Signature);
        _names = [.. _columns.Select(c => c.Name)];
        _idle.Add(new RowScorer(_pipeline, _columns, session, RowsAtOnce));
    }

    /// <summary>What the pipeline says.</summary>
    public string Json { get; }

    /// <summary>The model.</summary>
    public PinnedModel Model { get; }

    /// <summary>Scores rows; any number of callers at once.</summary>
    public async Task<OnlineScores> ScoreAsync(IReadOnlyList<JsonElement> rows, CancellationToken cancellationToken)
    {
        if (!_idle.TryTake(out RowScorer? scorer))
            scorer = new RowScorer(_pipeline, _columns, _lease.Session, RowsAtOnce);
        OnlineRow[] scored;
        try
        {
            scored = await scorer.ScoreAsync(rows, cancellationToken);
        }
        catch
        {
            await scorer.DisposeAsync();
            throw;
        }

        _idle.Add(scorer);
        SortedSet<string> unused = new(StringComparer.Ordinal);
        foreach (JsonElement row in rows)
            foreach (JsonProperty value in row.EnumerateObject())
                if (!_names.Contains(value.Name))
                    unused.Add(value.Name);
        return new OnlineScores($"{Model.Name}@{Model.Version}", Model.Sha256, scored, [.. unused]);
    }

    public async ValueTask DisposeAsync()
    {
        while (_idle.TryTake(out RowScorer? scorer))
            await scorer.DisposeAsync();
        _lease.Dispose();
    }

    // JSON tells the types of what it has, but a request may lack any column; so they are those of a text file.
    private static IReadOnlyList<Field> ColumnsOf(PipelineDefinition pipeline, ModelSignature model)
    {
        IEnumerable<string> names = ColumnPlanner.Named(pipeline, model.Features.Select(f => f.Name))
            .Concat(RuleConditions.InputColumns(pipeline.Decisions, model))
            .Concat(SourceFilter.ColumnNames(pipeline));
        var asText = new Schema(names.Distinct(StringComparer.Ordinal).Select(n => new Field(n, DataType.String)));
        return ColumnPlanner.Plan(pipeline, model, asText, FileFormat.Csv, "the request", []).Read;
    }
}
