using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using BatchFunctions.Storage;

namespace BatchFunctions.Results;

/// <summary>
/// The names inside a run folder. Parts wait in <see cref="StagedPredictions"/> and <see cref="StagedRejects"/>, which readers pass over
/// since their path has a leading underscore, until all of them are verified.
/// </summary>
/// <param name="Location">Where it is.</param>
internal sealed record RunFolder(StoreLocation Location)
{
    public const string Staging = "_staging";
    public const string StagedPredictions = "_staging/predictions";
    public const string StagedRejects = "_staging/rejects";
    public const string Predictions = "predictions";
    public const string Rejects = "rejects";
    public const string Input = "input";
    public const string Reprocesses = "reprocess";
    public const string Lineage = "_lineage";
    public const string ManifestFile = "manifest.json";
    public const string SummaryFile = "summary_metrics.json";
    public const string MetadataFile = "metadata.json";
    public const string EvaluationFile = "evaluation.json";
    public const string TextReportFile = "report.txt";
    public const string HtmlReportFile = "report.html";

    private const string DayFormat = "yyyy-MM-dd";

    /// <summary>Where a job's run folder lies below the output folder: <c>PIPELINE/DATE/JOB</c>.</summary>
    public static string PathOf(string pipeline, DateOnly date, string jobId) =>
        $"{pipeline}/{date.ToString(DayFormat, CultureInfo.InvariantCulture)}/{jobId}";

    /// <summary>The address of the folder of all runs of a pipeline, given that of one run.</summary>
    public static string PipelineFolderOf(string runFolder)
    {
        string day = runFolder[..runFolder.LastIndexOf('/')];
        return day[..day.LastIndexOf('/')];
    }

    /// <summary>The day that a folder of runs is of, or null where it is none.</summary>
    public static DateOnly? DayOf(string folder) =>
        DateOnly.TryParseExact(folder, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) ? day : null;

    /// <summary>The empty files by which people and schedulers see how a job ended.</summary>
    public static string MarkerOf(Workflow.JobStatus status) => status switch
    {
        Workflow.JobStatus.Succeeded => "_SUCCESS",
        Workflow.JobStatus.SucceededWithWarnings => "_WARNINGS",
        _ => "_FAILED",
    };

    /// <summary>The name under which a manifest is kept when another one takes its place.</summary>
    public static string KeptManifest(int generation) => string.Create(CultureInfo.InvariantCulture, $"manifest.{generation:D4}.json");

    /// <summary>Reads a manifest's bytes.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Integrity"/>: they are none.</exception>
    public static Manifest ReadManifest(ReadOnlySpan<byte> bytes, StoreLocation run)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, RunJson.Default.Manifest) ?? throw new JsonException("It holds nothing.");
        }
        catch (JsonException damage)
        {
            throw new BatchFunctionsException(ErrorKind.Integrity, $"{run.Below(ManifestFile)} is damaged: {damage.Message} Restore it from a copy.", damage);
        }
    }

    /// <summary>What is kept here of the job's work folder when that is removed: see <see cref="WorkFolder.KeepAsync"/>.</summary>
    public WorkFolder KeptWork => new(Location.Below(Lineage));

    /// <summary>Where a reprocess leaves its evidence: a run folder of its own, but for the predictions, which go to this one.</summary>
    public RunFolder ReprocessOf(int number) => new(Location.Below(string.Create(CultureInfo.InvariantCulture, $"{Reprocesses}/{number:D4}")));

    /// <summary>Writes one of the run folder's own files; what an earlier run wrote is replaced.</summary>
    public Task PutAsync(string file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Location.Store.PutAsync(Location.Key(file), content, PutCondition.None, cancellationToken);

    /// <summary>Writes one of the run folder's own files as JSON.</summary>
    public Task PutJsonAsync<T>(string file, T content, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        PutAsync(file, JsonSerializer.SerializeToUtf8Bytes(content, type), cancellationToken);
}
