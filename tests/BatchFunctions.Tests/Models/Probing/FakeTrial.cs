using BatchFunctions.Models.Probing;
using Microsoft.Extensions.Time.Testing;

namespace BatchFunctions.Tests.Models.Probing;

/// <summary>A model that takes time as it is told to.</summary>
/// <param name="time">The clock, which a run moves.</param>
/// <param name="nanosecondsPerRow">The time per row, by batch size.</param>
internal sealed class FakeTrial(FakeTimeProvider time, Func<int, double> nanosecondsPerRow) : IBatchSizeTrial
{
    /// <summary>The batch sizes in the order of their runs.</summary>
    public List<int> Runs { get; } = [];

    /// <summary>Says of a run, by its number, how much longer than usual it takes.</summary>
    public Func<int, double> Disturbance { get; init; } = _ => 1;

    /// <summary>The batch size under which scores differ.</summary>
    public int? Unfaithful { get; init; }

    /// <summary>The batch size from which on runs fail, and how.</summary>
    public (int From, ErrorKind Kind)? Failure { get; init; }

    public bool Run(int batchSize, int rows)
    {
        if (Failure is { } failure && batchSize >= failure.From)
            throw new BatchFunctionsException(failure.Kind, "As asked for.");
        time.Advance(TimeSpan.FromMicroseconds(nanosecondsPerRow(batchSize) * rows * Disturbance(Runs.Count) / 1000));
        Runs.Add(batchSize);
        return batchSize != Unfaithful;
    }
}
