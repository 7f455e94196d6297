using BatchFunctions.Models.Probing;
using BatchFunctions.Planning;
using Microsoft.Extensions.Time.Testing;

namespace BatchFunctions.Tests.Models.Probing;

public sealed class BatchSizeProbeTests
{
    private const long ManyRows = 1_000_000_000;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void The_least_time_per_row_wins()
    {
        FakeTrial trial = new(_time, size => size == 2048 ? 100 : 150);

        BatchSizeChoice choice = Choose(trial);

        Assert.Equal((2048, BatchSizeOrigin.Probe), (choice.Rows, choice.Origin));
        Assert.Equal(100, choice.Timings!["2048"]);
        Assert.Equal(["512", "1024", "2048", "4096", "8192", "16384"], choice.Timings.Keys);
    }

    [Theory]
    [InlineData(104, 1024)]
    [InlineData(106, 16_384)]
    public void A_smaller_batch_goes_before_one_that_is_hardly_faster(double small, int expected) =>
        Assert.Equal(expected, Choose(new FakeTrial(_time, size => size switch { 512 => 200, 16_384 => 100, _ => small })).Rows);

    [Fact]
    public void Sizes_take_turns_so_that_a_disturbance_of_whole_rounds_changes_nothing()
    {
        FakeTrial trial = new(_time, size => size == 1024 ? 50 : 70) { Disturbance = run => run is > 10 and < 24 ? 9 : 1 };

        BatchSizeChoice choice = Choose(trial);

        Assert.Equal(1024, choice.Rows);
        int[] sizes = [512, 1024, 2048, 4096, 8192, 16_384];
        Assert.Equal([.. sizes, .. sizes, .. sizes], trial.Runs.Skip(trial.Runs.IndexOf(1024) - 1).Take(18));
    }

    [Fact]
    public void A_slow_model_is_measured_with_fewer_sizes_and_in_time()
    {
        FakeTrial trial = new(_time, size => size == 512 ? 9_000 : 6_000);
        DateTimeOffset start = _time.GetUtcNow();

        BatchSizeChoice choice = Choose(trial);

        Assert.Equal(1024, choice.Rows);
        Assert.Equal(BatchSizeOrigin.Probe, choice.Origin);
        Assert.DoesNotContain("16384", choice.Timings!.Keys);
        Assert.InRange(_time.GetUtcNow() - start, TimeSpan.Zero, BatchSizeProbe.Limit * 1.2);
    }

    [Fact]
    public void A_very_slow_model_gets_the_smallest_batch_after_a_handful_of_rows()
    {
        FakeTrial trial = new(_time, _ => 5_000_000);

        BatchSizeChoice choice = Choose(trial);

        Assert.Equal((512, BatchSizeOrigin.Probe), (choice.Rows, choice.Origin));
        Assert.Null(choice.Timings);
        Assert.Equal([16, 16], trial.Runs);
    }

    [Fact]
    public void A_job_that_is_scored_in_a_moment_is_not_held_up()
    {
        FakeTrial trial = new(_time, size => size == 2048 ? 100 : 150);

        BatchSizeChoice choice = Choose(trial, expectedRows: 50_000);

        Assert.Equal((BatchSizeProbe.Default, BatchSizeOrigin.Default), (choice.Rows, choice.Origin));
        Assert.InRange(trial.Runs.Count, 1, 5);
    }

    [Fact]
    public void A_probe_takes_a_small_share_of_the_scoring_and_no_longer_than_its_limit()
    {
        foreach (long rows in (ReadOnlySpan<long>)[1_000_000, 10_000_000, 100_000_000, ManyRows])
            foreach (double nanoseconds in (ReadOnlySpan<double>)[20, 200, 2000, 20_000])
            {
                DateTimeOffset start = _time.GetUtcNow();
                Choose(new FakeTrial(_time, _ => nanoseconds), rows);

                // What is looked at to see whether there is time comes on top.
                double scoring = nanoseconds * rows / 1e9;
                Assert.InRange((_time.GetUtcNow() - start).TotalSeconds, 0, Math.Min(0.15, (scoring * 0.02) + (1100 * nanoseconds / 1e9)) * 1.05);
            }
    }

    [Fact]
    public void A_size_that_changes_scores_is_never_chosen()
    {
        BatchSizeChoice choice = Choose(new FakeTrial(_time, size => size == 8192 ? 50 : 100) { Unfaithful = 8192 });

        Assert.Equal(512, choice.Rows);
        Assert.DoesNotContain("8192", choice.Timings!.Keys);
    }

    [Fact]
    public void Where_memory_ends_the_sizes_end()
    {
        BatchSizeChoice choice = Choose(new FakeTrial(_time, size => 1000 - (size / 100)) { Failure = (4096, ErrorKind.Memory) });

        Assert.Equal(["512", "1024", "2048"], choice.Timings!.Keys);
        Assert.Equal(BatchSizeOrigin.Probe, choice.Origin);
    }

    [Fact]
    public void A_model_that_fails_on_made_up_records_gets_the_default()
    {
        BatchSizeChoice choice = Choose(new FakeTrial(_time, _ => 100) { Failure = (1, ErrorKind.Internal) });

        Assert.Equal(new BatchSizeChoice(BatchSizeProbe.Default, BatchSizeOrigin.Default), choice);
    }

    [Theory]
    [InlineData(40, 16_384)]
    [InlineData(4 * 1024, 8192)]
    [InlineData(4 * 5000, 1024)]
    [InlineData(4 * 100_000, 64)]
    [InlineData(1L << 40, 16)]
    public void A_wide_model_gets_small_batches(long bytesPerRow, int largest)
    {
        IReadOnlyList<int> candidates = BatchSizeProbe.CandidatesFor(bytesPerRow);

        Assert.Equal(largest, candidates[^1]);
        Assert.Equal(Math.Min(BatchSizeProbe.Default, largest), BatchSizeProbe.Unmeasured(candidates).Rows);
    }

    private BatchSizeChoice Choose(FakeTrial trial, long expectedRows = ManyRows) =>
        new BatchSizeProbe(_time, trial, BatchSizeProbe.CandidatesFor(bytesPerRow: 40)).Choose(expectedRows, TestContext.Current.CancellationToken);
}
