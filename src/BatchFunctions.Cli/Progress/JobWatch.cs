using System.Diagnostics.Metrics;
using BatchFunctions.Cli.Output;
using BatchFunctions.Local;
using BatchFunctions.Telemetry;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Progress;

/// <summary>
/// Puts together how far a job is: the engine tells of committed shards, the counters of the library tell of every batch.
/// The process runs one job at a time, so the counters are the job's.
/// </summary>
internal sealed class JobWatch : IDisposable
{
    private static readonly TimeSpan SpeedWindow = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly MeterListener _listener = new();
    private readonly long _startedAt;
    private readonly Queue<(TimeSpan At, long Rows)> _samples = new();
    private readonly Lock _lock = new();
    private JobProgress _progress = new("Start");
    private long _processed;
    private long _rejected;
    private long _rowsBefore;
    private long _rejectsBefore;
    private TimeSpan? _scoringSince;
    private int _shardsBefore;

    /// <summary>Begins to watch.</summary>
    /// <param name="time">The clock.</param>
    public JobWatch(TimeProvider time)
    {
        _time = time;
        _startedAt = time.GetTimestamp();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == BatchMeter.Name && instrument.Name is BatchMeter.RecordsProcessedName or BatchMeter.RecordsFailedName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, measurement, _, _) =>
            Interlocked.Add(ref instrument.Name == BatchMeter.RecordsProcessedName ? ref _processed : ref _rejected, measurement));
        _listener.Start();
    }

    /// <summary>Happens on the engine's thread when a step begins.</summary>
    public event Action<ProgressView>? StepBegan;

    /// <summary>Happens on the engine's thread when something is worth a line of its own.</summary>
    public event Action<string>? Noticed;

    /// <summary>Takes a remark that is worth a line of its own.</summary>
    public void Report(string remark) => Noticed?.Invoke($"[{Words.Time(_time.GetElapsedTime(_startedAt))}] {remark}");

    /// <summary>Takes the engine's word that a failed activity will be tried again.</summary>
    public void Report(RetryNotice notice) => Noticed?.Invoke(
        $"[{Words.Time(_time.GetElapsedTime(_startedAt))}] {notice.Activity} failed, try {notice.Attempt} of {notice.Attempts}, again in {Math.Max(1, Math.Round(notice.Delay.TotalSeconds)):0} s: {notice.Message}");

    /// <summary>Takes what the engine says.</summary>
    public void Report(JobProgress progress)
    {
        bool began;
        lock (_lock)
        {
            began = progress.Step != _progress.Step;
            _progress = progress;
            if (Interlocked.Read(ref _processed) == 0)
                (_rowsBefore, _rejectsBefore, _shardsBefore) = (progress.RecordsDone, progress.RecordsFailed, progress.ShardsDone);
            if (progress.Step == "Score" && _scoringSince is null)
            {
                _scoringSince = _time.GetElapsedTime(_startedAt);
                _samples.Enqueue((_scoringSince.Value, progress.RecordsDone));
            }
        }

        if (began)
            StepBegan?.Invoke(View());
    }

    /// <summary>How far the job is now.</summary>
    public ProgressView View()
    {
        lock (_lock)
        {
            var elapsed = _time.GetElapsedTime(_startedAt);
            var rows = RowsNow(Interlocked.Read(ref _processed), _rowsBefore, _progress.RecordsDone, _progress.RecordsTotal);
            var rejects = Math.Max(_progress.RecordsFailed, _rejectsBefore + Interlocked.Read(ref _rejected));
            var speed = SpeedAt(elapsed, rows);
            return new ProgressView(
                _progress.Step,
                _progress.ShardsDone,
                _progress.ShardsTotal,
                _progress.ShardsFailed,
                rows,
                _progress.RecordsTotal,
                rejects,
                speed,
                TimeLeft(elapsed, rows, speed),
                elapsed);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static long RowsNow(long processed, long before, long committed, long? total) =>
        Math.Max(committed, Math.Min(total ?? long.MaxValue, before + processed));

    private double SpeedAt(TimeSpan elapsed, long rows)
    {
        if (_scoringSince is null)
            return 0;
        _samples.Enqueue((elapsed, rows));
        while (_samples.Count > 2 && elapsed - _samples.Peek().At > SpeedWindow)
            _samples.Dequeue();
        var (at, then) = _samples.Peek();
        var seconds = (elapsed - at).TotalSeconds;
        return seconds > 0 ? (rows - then) / seconds : 0;
    }

    private TimeSpan? TimeLeft(TimeSpan elapsed, long rows, double speed)
    {
        if (_progress.Step != "Score")
            return null;
        if (_progress.RecordsTotal is { } total)
            return speed > 0 ? TimeSpan.FromSeconds(Math.Min((total - rows) / speed, TimeSpan.FromDays(365).TotalSeconds)) : null;
        var done = _progress.ShardsDone - _shardsBefore;
        return done > 0 && _scoringSince is { } since
            ? (elapsed - since) / done * (_progress.ShardsTotal - _progress.ShardsDone)
            : null;
    }
}
