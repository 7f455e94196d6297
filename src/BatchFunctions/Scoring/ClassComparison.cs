using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Metrics.Challengers;
using BatchFunctions.Models;

namespace BatchFunctions.Scoring;

/// <summary>Compares the classes of two models of several classes, and the probabilities of those that both know. All memory is kept from batch to batch.</summary>
internal sealed class ClassComparison
{
    private readonly ClassPositions _modelPositions;
    private readonly ClassPositions _ownPositions;
    private readonly (int Model, int Own)[] _shared;
    private readonly TextEntries _names = new();
    private double[] _model = [];
    private double[] _own = [];

    /// <summary>Brings the classes of both together by their names.</summary>
    /// <param name="model">What the model gives.</param>
    /// <param name="challenger">What the challenger gives.</param>
    public ClassComparison(ModelSignature model, ModelSignature challenger)
    {
        (_modelPositions, _ownPositions) = (new ClassPositions(model), new ClassPositions(challenger));
        IReadOnlyList<string> theirs = ClassPositions.NamesOf(model), mine = ClassPositions.NamesOf(challenger);
        Dictionary<string, int> own = mine.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        _shared = [.. theirs.Index().Where(c => own.ContainsKey(c.Item)).Select(c => (c.Index, own[c.Item]))];
        foreach (string name in mine)
            _names.Add(Encoding.UTF8.GetBytes(name));
    }

    /// <summary>How many classes both know.</summary>
    public int Shared => _shared.Length;

    /// <summary>Compares the records of a batch that both scored.</summary>
    /// <param name="model">What the model gave, for all records of the batch.</param>
    /// <param name="own">What the challenger gave, for the records at <paramref name="rows"/>.</param>
    /// <param name="rows">The rows in the batch.</param>
    /// <param name="found">What they are counted in.</param>
    /// <param name="label">The column of the challenger's classes, null wherever nothing is put; null for none.</param>
    public void Compare(ModelScores model, ModelScores own, ReadOnlySpan<int> rows, ChallengerMetrics found, Utf8Column? label)
    {
        int all = model.RowCount, count = rows.Length;
        if (_model.Length < all)
            (_model, _own) = (new double[all], new double[all]);
        Span<double> theirs = _model.AsSpan(0, all), mine = _own.AsSpan(0, count);
        _modelPositions.Read(model.Label!, 0, theirs);
        _ownPositions.Read(own.Label!, 0, mine);
        Span<ushort> entries = label is null ? default : label.ReferTo(_names);
        entries.Clear();
        for (int i = 0; i < count; i++)
        {
            int row = rows[i], position = (int)mine[i];
            found.AddPair((int)theirs[row], position);
            if (label is null || position == _names.Count)
                continue;
            entries[row] = (ushort)(position + 1);
            label.WritableNulls()[row] = false;
        }

        for (int i = 0; i < _shared.Length; i++)
        {
            ColumnNumbers.Read(model.Values[_shared[i].Model], 0, theirs);
            ColumnNumbers.Read(own.Values[_shared[i].Own], 0, mine);
            for (int at = 0; at < count; at++)
                mine[at] -= theirs[rows[at]];
            found.ByClass[i].Add(mine);
        }
    }
}
