using System.Runtime.InteropServices;
using BatchFunctions.Data;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Models.Probing;

/// <summary>Runs a model on synthetic records, as a worker would: lay out, run, take the scores.</summary>
internal sealed class ModelTrial : IBatchSizeTrial, IDisposable
{
    private readonly ModelSession _session;
    private readonly FeaturePreparation _preparation;
    private readonly RecordBatch _records;
    private readonly ModelScores _scores;
    private readonly Dictionary<int, ModelRunner> _runners = [];
    private readonly byte[][] _known;

    /// <summary>Makes the records.</summary>
    /// <param name="session">The model.</param>
    /// <param name="columns">The features' columns, with the types that the job reads them as.</param>
    /// <param name="missing">What the pipeline says of missing values by column.</param>
    /// <param name="rows">The number of records.</param>
    public ModelTrial(ModelSession session, Schema columns, IReadOnlyDictionary<string, MissingAction> missing, int rows)
    {
        _session = session;
        _preparation = session.Prepare(columns, missing);
        _records = SyntheticRecords.Make(session, columns, rows);
        _scores = new ModelScores(session.Signature);
        _known = [.. _scores.Columns.Select(_ => Array.Empty<byte>())];
    }

    public bool Run(int batchSize, int rows)
    {
        if (!_runners.TryGetValue(batchSize, out ModelRunner? runner))
            _runners.Add(batchSize, runner = _session.CreateRunner(_preparation, batchSize));
        _scores.Reset(rows);
        for (int start = 0; start < rows; start += batchSize)
            runner.Run(_records, start, Math.Min(batchSize, rows - start), _scores);
        bool same = true;
        for (int c = 0; c < _known.Length; c++)
            same &= Compare(BytesOf(_scores.Columns[c]), ref _known[c]);
        return same;
    }

    public void Dispose()
    {
        foreach (ModelRunner runner in _runners.Values)
            runner.Dispose();
    }

    private static bool Compare(ReadOnlySpan<byte> now, ref byte[] known)
    {
        int shared = Math.Min(now.Length, known.Length);
        bool same = now[..shared].SequenceEqual(known.AsSpan(0, shared));
        if (same && now.Length > known.Length)
            known = now.ToArray();
        return same;
    }

    private static ReadOnlySpan<byte> BytesOf(Column column) => column switch
    {
        Column<float> c => MemoryMarshal.AsBytes(c.Values),
        Column<double> c => MemoryMarshal.AsBytes(c.Values),
        _ => [],
    };
}
