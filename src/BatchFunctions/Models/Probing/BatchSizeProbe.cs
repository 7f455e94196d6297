using System.Globalization;
using System.Numerics;
using BatchFunctions.Planning;

namespace BatchFunctions.Models.Probing;

/// <summary>
/// Chooses a batch size by measuring some, in rounds that take turns, so that whatever disturbs the machine disturbs all alike. The least time
/// per row counts, and a smaller batch goes before a larger one that is not clearly faster. A size that changes any bit of any score is out.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="trial">What is measured.</param>
/// <param name="candidates">The batch sizes, ascending.</param>
internal sealed class BatchSizeProbe(TimeProvider time, IBatchSizeTrial trial, IReadOnlyList<int> candidates)
{
    /// <summary>The batch size where none is measured: good for most models.</summary>
    public const int Default = 4096;

    /// <summary>The memory that the tensors of one run may take.</summary>
    public const long TensorBytes = 32 << 20;

    /// <summary>How long a probe may take. A slow model is measured with fewer sizes, small ones first.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(150);

    // More could not be won back.
    private const double ShareOfScoring = 0.02;

    // A larger batch leaves less of the caches to the other stages and to other workers, and machines vary by as much.
    private const double AsGood = 1.05;

    private const int Rounds = 8;
    private const int FirstRows = 16;
    private const int MeasuredRows = 2048;

    private static readonly int[] Sizes = [512, 1024, 2048, 4096, 8192, 16_384];

    private readonly List<Candidate> _measured = [];
    private long _started;
    private double _perRow = double.MaxValue;

    /// <summary>The batch sizes that a model's tensors leave open, ascending; never none.</summary>
    /// <param name="bytesPerRow">What a row takes in the model's input and output tensors.</param>
    public static IReadOnlyList<int> CandidatesFor(long bytesPerRow)
    {
        long largest = TensorBytes / Math.Max(1, bytesPerRow);
        int[] sizes = [.. Sizes.Where(s => s <= largest)];
        return sizes.Length > 0 ? sizes : [1 << BitOperations.Log2((ulong)Math.Max(FirstRows, largest))];
    }

    /// <summary>The batch size where none is measured.</summary>
    /// <param name="candidates">The batch sizes, ascending.</param>
    public static BatchSizeChoice Unmeasured(IReadOnlyList<int> candidates) => new(Math.Min(Default, candidates[^1]), BatchSizeOrigin.Default);

    /// <summary>Measures and chooses. A model that cannot be measured gets what it would without.</summary>
    /// <param name="expectedRows">About how many records the job has; a job that is scored in a moment is not held up.</param>
    /// <param name="cancellationToken">Ends the probe between two measurements.</param>
    public BatchSizeChoice Choose(long expectedRows, CancellationToken cancellationToken)
    {
        try
        {
            // What a first run compiles and sets up is not the model's doing.
            trial.Run(FirstRows, FirstRows);
            _started = time.GetTimestamp();
            FirstLook();
            TimeSpan budget = TimeSpan.FromSeconds(Math.Min(Limit.TotalSeconds, ShareOfScoring * _perRow * expectedRows));
            FirstRound(budget, cancellationToken);
            for (int round = 1; round < Rounds && _measured.Count > 0 && Fits(_measured.Sum(c => c.Rows), budget); round++)
                foreach (Candidate candidate in _measured)
                    Measure(candidate, cancellationToken);
        }
        catch (BatchFunctionsException)
        {
            return Unmeasured(candidates);
        }

        _measured.RemoveAll(c => !c.IsFaithful || c.Measurements < 2);
        if (_measured.Count > 0)
            return Best();
        return IsSlow ? new(Math.Min(Default, candidates[0]), BatchSizeOrigin.Probe) : Unmeasured(candidates);
    }

    // Where two measurements of the smallest batch take too long already, what a run costs besides its rows is nothing beside them, and memory
    // and cancellation want small batches.
    private bool IsSlow => 2 * MeasuredRows * _perRow > Limit.TotalSeconds;

    // About what a row costs, from few rows as long as it is not known that more are affordable.
    private void FirstLook()
    {
        foreach (int rows in (ReadOnlySpan<int>)[FirstRows, FirstRows, candidates[0], candidates[0]])
        {
            if (!Fits(rows, Limit / 10))
                return;
            long start = time.GetTimestamp();
            trial.Run(rows, rows);
            _perRow = Math.Min(_perRow, time.GetElapsedTime(start).TotalSeconds / rows);
        }
    }

    // The first run of a size pays for memory and caches, so a size is worth one only where there is time for a second one of all.
    private void FirstRound(TimeSpan budget, CancellationToken cancellationToken)
    {
        foreach (int size in candidates)
        {
            Candidate candidate = new(size, Math.Max(size, MeasuredRows));
            if (!Fits(_measured.Sum(c => c.Rows) + (2 * candidate.Rows), budget))
                return;
            try
            {
                Measure(candidate, cancellationToken);
            }
            catch (BatchFunctionsException exception) when (exception.Kind == ErrorKind.Memory && _measured.Count > 0)
            {
                return;
            }

            _measured.Add(candidate);
        }
    }

    private void Measure(Candidate candidate, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long start = time.GetTimestamp();
        bool same = trial.Run(candidate.Size, candidate.Rows);
        candidate.Take(time.GetElapsedTime(start), same);
        _perRow = Math.Min(_perRow, candidate.PerRow);
    }

    private bool Fits(int rows, TimeSpan budget) =>
        _perRow == double.MaxValue || time.GetElapsedTime(_started).TotalSeconds + (_perRow * rows) <= budget.TotalSeconds;

    private BatchSizeChoice Best()
    {
        double enough = _measured.Min(c => c.PerRow) * AsGood;
        return new(
            _measured.First(c => c.PerRow <= enough).Size,
            BatchSizeOrigin.Probe,
            _measured.ToDictionary(c => c.Size.ToString(CultureInfo.InvariantCulture), c => Math.Round(c.PerRow * 1e9, 1)));
    }

    private sealed class Candidate(int size, int rows)
    {
        public int Size { get; } = size;

        public int Rows { get; } = rows;

        public double PerRow { get; private set; } = double.MaxValue;

        public int Measurements { get; private set; }

        public bool IsFaithful { get; private set; } = true;

        public void Take(TimeSpan duration, bool same)
        {
            PerRow = Math.Min(PerRow, duration.TotalSeconds / Rows);
            Measurements++;
            IsFaithful &= same;
        }
    }
}
