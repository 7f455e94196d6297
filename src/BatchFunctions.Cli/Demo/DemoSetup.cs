using System.Security.Cryptography;
using BatchFunctions.Cli.Output;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Workflow;

namespace BatchFunctions.Cli.Demo;

/// <summary>Puts in place what the demo's job needs: the sample model in the registry, its pipeline, and customers.</summary>
internal sealed class DemoSetup(CommandScope scope, int rows, uint seed)
{
    /// <summary>How many customers there are unless somebody asks for another number.</summary>
    public const int DefaultRows = 1_000_000;

    /// <summary>The seed unless somebody asks for another one.</summary>
    public const uint DefaultSeed = 20260208;

    private readonly string _sample = Path.Combine(scope.Terminal.ProgramFolder, "samples", "churn");
    private readonly string _folder = Path.Combine(scope.Folders.Data, "demo");

    /// <summary>Makes what is not there yet; gives the request for the job.</summary>
    public async Task<JobRequest> PrepareAsync(ModelRegistry models, string jobId, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        await RegisterModelAsync(models, cancellationToken);
        var pipeline = Path.Combine(_folder, "pipeline.yaml");
        if (!File.Exists(pipeline))
            File.Copy(SampleFile("pipeline.yaml"), pipeline);
        var customers = await MakeCustomersAsync(cancellationToken);
        return new JobRequest
        {
            JobId = jobId,
            Pipeline = pipeline,
            RequestedAt = scope.Terminal.Time.GetUtcNow(),
            Input = Path.Combine(customers, "*.csv"),
        };
    }

    private async Task RegisterModelAsync(ModelRegistry models, CancellationToken cancellationToken)
    {
        var file = SampleFile("pipeline.yaml");
        var pipeline = PipelineLoader.Load(await File.ReadAllTextAsync(file, cancellationToken), file, scope.Terminal.EnvironmentVariable);
        var reference = ModelReference.Parse(pipeline.Model);
        var model = await File.ReadAllBytesAsync(SampleFile("model.onnx"), cancellationToken);
        if (await models.FindAsync(reference.Name, reference.Version, cancellationToken) is { } registered)
        {
            if (registered.Sha256 != Convert.ToHexStringLower(SHA256.HashData(model)))
                throw new BatchFunctionsException(ErrorKind.Request, $"{reference} in {scope.Folders.Models} is another model than the sample. Give the demo a data folder of its own: --data FOLDER.");
            scope.Words.WriteLine($"The model {reference} is registered already.");
            return;
        }

        var manifest = await File.ReadAllTextAsync(SampleFile("manifest.yaml"), cancellationToken);
        await models.RegisterAsync(reference.Name, reference.Version, model, manifest, "batchfn demo", cancellationToken);
        scope.Words.WriteLine($"Registered the model {reference} in {scope.Folders.Models}");
    }

    private async Task<string> MakeCustomersAsync(CancellationToken cancellationToken)
    {
        var name = (rows, seed) == (DefaultRows, DefaultSeed) ? "customers" : FormattableString.Invariant($"customers-{rows}-{seed}");
        var folder = Path.Combine(_folder, name);
        if (Directory.Exists(folder))
        {
            scope.Words.WriteLine($"The {Words.Count(rows, "customer")} are there already: {folder}");
            return folder;
        }

        var time = scope.Terminal.Time;
        var start = time.GetTimestamp();
        await CustomerGenerator.GenerateAsync(folder, rows, seed, cancellationToken);
        scope.Words.WriteLine(FormattableString.Invariant(
            $"Made {Words.Count(rows, "customer")} in {time.GetElapsedTime(start).TotalSeconds:0.0} s, about 0.1 % of them broken on purpose: {folder}"));
        return folder;
    }

    private string SampleFile(string name)
    {
        var path = Path.Combine(_sample, name);
        return File.Exists(path)
            ? path
            : throw new BatchFunctionsException(ErrorKind.Environment, $"The sample's file {path} is missing. Publish batchfn again, with its samples folder.");
    }
}
