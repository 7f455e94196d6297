using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Scoring.Decisions;

namespace BatchFunctions.Scoring;

/// <summary>Brings together, batch by batch, the columns that are written: none is copied, those of the input are handed on.</summary>
internal sealed class PredictionColumns
{
    private readonly ModelScores _scores;
    private readonly DecisionStage _decisions;
    private readonly IReadOnlyList<Column> _added;
    private readonly string[] _fromBatch;
    private readonly int[] _fromScores;
    private readonly Utf8Column? _file;
    private readonly Column<long>? _record;
    private readonly TextEntries _fileEntry = new();
    private string? _fileName;
    private readonly List<Column> _columns = [];

    public PredictionColumns(PipelineDefinition pipeline, ModelSignature model, ModelScores scores, DecisionStage decisions, IReadOnlyList<Column>? added = null)
    {
        _added = added ?? [];
        _scores = scores;
        _decisions = decisions;
        string? id = pipeline.Source.Id;
        _fromBatch = [.. (id is null ? [] : (IEnumerable<string>)[id]).Concat(PredictionSchema.Included(pipeline))];
        _fromScores = [.. ScoringColumns.Written(model)];
        if (id is null)
        {
            _file = (Utf8Column)Column.Create(new Field(PredictionSchema.FileColumn, DataType.String));
            _record = (Column<long>)Column.Create(new Field(PredictionSchema.RecordColumn, DataType.Int64));
        }
    }

    /// <summary>The columns of a scored batch, in the order of <see cref="PredictionSchema.Of"/>.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="file">The batch's file.</param>
    public IReadOnlyList<Column> Gather(RecordBatch batch, string file)
    {
        _columns.Clear();
        if (_record is not null)
            Number(batch, file);
        foreach (string name in _fromBatch)
            _columns.Add(batch[name]);
        foreach (int ordinal in _fromScores)
            _columns.Add(_scores.Columns[ordinal]);
        for (int i = 0; i < _decisions.Columns.Count; i++)
            _columns.Add(_decisions.Columns[i]);
        for (int i = 0; i < _added.Count; i++)
            _columns.Add(_added[i]);
        return _columns;
    }

    private void Number(RecordBatch batch, string file)
    {
        int rows = batch.RowCount;
        if (file != _fileName)
        {
            _fileEntry.Clear();
            _fileEntry.Add(Encoding.UTF8.GetBytes(file));
            _fileName = file;
        }

        _file!.Reset(rows);
        _file.ReferTo(_fileEntry).Fill(1);
        _record!.Reset(rows);
        for (int i = 0; i < rows; i++)
            _record.Values[i] = batch.RecordNumber(batch.SourceRow(i));

        _columns.Add(_file);
        _columns.Add(_record);
    }
}
