using System.Globalization;
using BatchFunctions.Api;
using Microsoft.Extensions.Logging.Abstractions;
using NCrontab;

namespace BatchFunctions.FunctionApp.Tests;

public sealed class HostFileTests
{
    [Fact]
    public void A_finished_instance_may_be_started_again_and_a_running_one_not()
    {
        Assert.Equal("NonRunningStates", (string?)HostFiles.Host()["extensions"]!["durableTask"]!["overridableExistingInstanceStates"]);
    }

    [Fact]
    public void The_APIs_prefix_is_the_one_that_its_addresses_have()
    {
        Assert.Equal("api", (string?)HostFiles.Host()["extensions"]!["http"]!["routePrefix"]);
    }

    [Fact]
    public void A_killed_workers_messages_come_back_before_long()
    {
        var storage = HostFiles.Host()["extensions"]!["durableTask"]!["storageProvider"]!;

        foreach (var queue in new[] { "controlQueueVisibilityTimeout", "workItemQueueVisibilityTimeout" })
        {
            var timeout = TimeSpan.Parse((string)storage[queue]!, CultureInfo.InvariantCulture);
            Assert.InRange(timeout, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2));
        }
    }

    [Fact]
    public void Inputs_and_outputs_are_not_traced()
    {
        Assert.False((bool)HostFiles.Host()["extensions"]!["durableTask"]!["tracing"]!["traceInputsAndOutputs"]!);
    }

    [Fact]
    public void The_connection_of_the_hub_is_in_the_sample_settings()
    {
        var connection = (string)HostFiles.Host()["extensions"]!["durableTask"]!["storageProvider"]!["connectionName"]!;

        Assert.Contains(connection, HostFiles.SampleSettings().Keys);
    }

    [Fact]
    public void The_sample_settings_are_settings_that_a_host_starts_with()
    {
        var sample = HostFiles.SampleSettings();

        var settings = HostSettings.Read(sample.GetValueOrDefault);

        Assert.NotNull(settings.CreateServices(NullLoggerFactory.Instance));
        Assert.Equal("dotnet-isolated", sample["FUNCTIONS_WORKER_RUNTIME"]);
        Assert.NotNull(CrontabSchedule.Parse(sample["BATCHFN_TICK"], new CrontabSchedule.ParseOptions { IncludingSeconds = true }));
    }

    [Fact]
    public void What_the_sample_switches_off_or_on_are_functions_that_there_are()
    {
        var switches = HostFiles.SampleSettings().Keys
            .Where(key => key.EndsWith(".Disabled", StringComparison.Ordinal))
            .Select(key => key.Split('.')[1])
            .ToArray();

        Assert.NotEmpty(switches);
        Assert.All(switches, name => Functions.Called(name));
    }
}
