using BatchFunctions.Models;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Tests.Models;

public sealed class BatchLimitsTests
{
    private readonly BatchLimits _limits = new();
    private readonly PinnedModel _model = new("churn", "1.0.0", "a", "m");
    private readonly PinnedModel _sameFile = new("churn-copy", "2.0.0", "a", "other");

    [Fact]
    public void A_batch_that_a_device_had_no_memory_for_is_not_tried_again_for_that_file()
    {
        _limits.Exceed(_model, ScoringDevice.Cuda, 4096);

        Assert.Equal(2, _limits.DivisorFor(_model, ScoringDevice.Cuda, 4096, 1));
        Assert.Equal(8, _limits.DivisorFor(_sameFile, ScoringDevice.Cuda, 16_384, 1));
        Assert.Equal(4, _limits.DivisorFor(_model, ScoringDevice.Cuda, 4096, 4));
        Assert.Equal(1, _limits.DivisorFor(_model, ScoringDevice.Cuda, 2048, 1));
    }

    [Fact]
    public void A_larger_limit_never_replaces_a_smaller_one()
    {
        _limits.Exceed(_model, ScoringDevice.Cuda, 1024);
        _limits.Exceed(_model, ScoringDevice.Cuda, 4096);

        Assert.Equal(8, _limits.DivisorFor(_model, ScoringDevice.Cuda, 4096, 1));
    }

    [Fact]
    public void Another_device_is_another_matter_and_the_processor_is_never_remembered()
    {
        _limits.Exceed(_model, ScoringDevice.Cuda, 4096);
        _limits.Exceed(_model, ScoringDevice.Cpu, 4096);

        Assert.Equal(1, _limits.DivisorFor(_model, ScoringDevice.Tensorrt, 4096, 1));
        Assert.Equal(1, _limits.DivisorFor(_model, ScoringDevice.Cpu, 4096, 1));
    }
}
