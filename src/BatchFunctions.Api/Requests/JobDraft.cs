using BatchFunctions.Api.Answers;
using BatchFunctions.Api.Documents;
using BatchFunctions.Models;
using BatchFunctions.Reprocessing;
using BatchFunctions.Storage;
using BatchFunctions.Telemetry;
using BatchFunctions.Triggers;
using BatchFunctions.Workflow;

namespace BatchFunctions.Api.Requests;

/// <summary>
/// Makes a job's request of what was posted, and finds at once what can be found without looking at models and input. Relative
/// addresses start from the folder of pipelines, as those inside its pipelines do.
/// </summary>
internal sealed class JobDraft(JobServices services, PipelineFolder pipelines)
{
    private const int MaxKey = 255;

    private readonly RequestCheck _check = new(services);

    /// <exception cref="ProblemException">Something is wrong with what was posted.</exception>
    public async Task<JobRequest> CompleteAsync(ApiJobRequest posted, string? key, CancellationToken cancellationToken)
    {
        CheckForms(posted, key);
        var address = await FindPipelineAsync(posted.Pipeline!, cancellationToken);
        var now = services.Time.GetUtcNow();
        var request = new JobRequest
        {
            JobId = posted.JobId ?? JobId.New(now),
            Pipeline = address,
            Trigger = "http",
            TraceParent = JobTrace.Current,
            RequestedAt = now,
            Date = posted.Date,
            Input = Resolved("input", posted.Input),
            Model = posted.Model,
            Output = Resolved("output", posted.Output),
            MaxParallel = posted.MaxParallel,
            TargetRows = posted.TargetRows,
        };
        string name;
        try
        {
            name = await _check.CheckAsync(request, cancellationToken);
        }
        catch (BatchFunctionsException exception) when (exception.Kind == ErrorKind.Request)
        {
            throw new ProblemException(Problems.InvalidPipeline(exception.Message));
        }

        return request with { PipelineName = name, JobId = posted.JobId ?? (key is null ? request.JobId : JobId.ForKey(name, key)) };
    }

    /// <exception cref="ProblemException">An address leads out of the roots.</exception>
    public ReprocessWish Complete(ApiReprocessRequest posted) => new()
    {
        Corrected = Resolved("corrected", posted.Corrected),
        Pipeline = Resolved("pipeline", posted.Pipeline),
        By = posted.By,
        Reason = posted.Reason,
        MaxParallel = posted.MaxParallel,
    };

    private static void CheckForms(ApiJobRequest posted, string? key)
    {
        List<ApiPropertyProblem> errors = [];
        if (posted.JobId is { } id && !JobId.IsValid(id))
            errors.Add(new("jobId", "is no job id. Use letters, digits and '-', starting with a letter or digit, at most 100."));
        if (posted.Model is { } model)
        {
            try
            {
                ModelRequest.Parse(model);
            }
            catch (BatchFunctionsException exception)
            {
                errors.Add(new("model", exception.Message));
            }
        }

        if (key is not null && (key.Length is 0 or > MaxKey || !key.All(c => c is >= ' ' and <= '~')))
            errors.Add(new("Idempotency-Key", "has to be 1 to 255 visible ASCII characters, such as a UUID."));
        if (errors.Count > 0)
            throw new ProblemException(Problems.Invalid(errors));
    }

    private async Task<string> FindPipelineAsync(string pipeline, CancellationToken cancellationToken)
    {
        if (IsAddress(pipeline))
            return AddressOf(pipeline);
        var entries = await pipelines.ListAsync(cancellationToken);
        if (entries.FirstOrDefault(e => e.Name == pipeline) is not { } entry)
        {
            var names = entries.Select(e => e.Name).OfType<string>().Order(StringComparer.Ordinal).Take(10).ToList();
            var known = names.Count == 0 ? "No file in the folder of pipelines can be read." : $"Some that there are: {string.Join(", ", names)}.";
            throw new ProblemException(Problems.Invalid([new("pipeline", $"is '{pipeline}', but no pipeline has that name. {known} GET /api/pipelines lists them with their errors.")]));
        }

        return entry.Error is null ? entry.Address : throw new ProblemException(Problems.InvalidPipeline(entry.Error));
    }

    // Names have neither; files of pipelines have both.
    private static bool IsAddress(string pipeline) => pipeline.Contains('/', StringComparison.Ordinal) || pipeline.Contains('.', StringComparison.Ordinal);

    private string AddressOf(string pipeline)
    {
        if (Path.GetExtension(pipeline) is not (".yaml" or ".yml"))
            throw new ProblemException(Problems.Invalid([new("pipeline", $"is '{pipeline}', but a pipeline's file ends in .yaml or .yml. Write its path, or the pipeline's name.")]));
        return Resolve("pipeline", pipeline).ToString();
    }

    private string? Resolved(string property, string? address)
    {
        if (address is null)
            return null;
        var location = Resolve(property, address);
        return IsRelative(address) ? location.ToString() : address;
    }

    private StoreLocation Resolve(string property, string address)
    {
        try
        {
            return services.Stores.Resolve(address, pipelines.Address);
        }
        catch (BatchFunctionsException exception) when (exception.Kind == ErrorKind.Request)
        {
            throw new ProblemException(Problems.Invalid([new(property, exception.Message)]));
        }
    }

    private static bool IsRelative(string address) => !address.Contains("://", StringComparison.Ordinal) && !Path.IsPathRooted(address);
}
