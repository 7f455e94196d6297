using System.Text.Json;
using BatchFunctions.Workflow;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BatchFunctions.FunctionApp.Tests;

public sealed class WorkerJsonTests
{
    [Fact]
    public void What_travels_is_written_as_on_every_engine()
    {
        var request = FakeTaskHub.Request("job-1");

        var written = WorkerJson.Serializer.Serialize(request, request.GetType(), TestContext.Current.CancellationToken).ToString();

        Assert.Equal(JsonSerializer.Serialize(request, WorkflowJson.Default.JobRequest), written);
    }

    [Fact]
    public void What_the_host_tells_in_types_of_its_own_is_read()
    {
        using var stream = new MemoryStream("""{ "IsPastDue": true }"""u8.ToArray());

        var timer = (TimerInfo)WorkerJson.Serializer.Deserialize(stream, typeof(TimerInfo), TestContext.Current.CancellationToken)!;

        Assert.True(timer.IsPastDue);
    }

    [Fact]
    public void The_worker_uses_it()
    {
        using var app = new AppUnderTest();

        Assert.Same(WorkerJson.Serializer, app.Services.GetRequiredService<IOptions<WorkerOptions>>().Value.Serializer);
    }
}
