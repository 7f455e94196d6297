using BatchFunctions.FunctionApp.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace BatchFunctions.FunctionApp.Tests;

/// <summary>Runs the app's activity functions by their names, as a host does: what goes in travels as JSON, and failures lose what hosts lose.</summary>
internal sealed class AppActivities(AppUnderTest app, CancellationToken cancellationToken)
{
    public async Task<object> RunAsync(string name, object input)
    {
        var function = Functions.Called(name);
        var type = Functions.Trigger<ActivityTriggerAttribute>(function)!.Value.Parameter.ParameterType;
        var travelled = WorkerJson.Serializer.Deserialize(
            WorkerJson.Serializer.Serialize(input, input.GetType(), default).ToStream(), type, default);
        try
        {
            var run = (Task)function.Invoke(app.Make<JobActivityFunctions>(), [travelled, cancellationToken])!;
            await run;
            return run.GetType().GetProperty(nameof(Task<object>.Result))!.GetValue(run)!;
        }
        catch (Exception failure)
        {
            // A host is told the message, takes its first line, and the start of that for the exception's type.
            var line = failure.Message.Split('\n')[0];
            var cut = line.IndexOf(": ", StringComparison.Ordinal);
            throw new TaskFailedException(name, 1, cut < 0 ? Details.Of("(unknown)", line) : Details.Of(line[..cut], line[(cut + 2)..]));
        }
    }
}
