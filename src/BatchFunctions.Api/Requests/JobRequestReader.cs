using System.Globalization;
using System.Text.Json;
using BatchFunctions.Api.Answers;
using BatchFunctions.Api.Documents;

namespace BatchFunctions.Api.Requests;

/// <summary>Reads the body that starts a job, strictly: each property that is wrong is named, with what to write instead.</summary>
internal sealed class JobRequestReader
{
    private const int MaxParallel = 10_000;
    private const int MaxText = 4096;

    private static readonly string[] Known = ["pipeline", "jobId", "input", "model", "output", "date", "maxParallel", "targetRows"];

    private readonly List<ApiPropertyProblem> _errors = [];

    /// <exception cref="ProblemException">The body is not what it should be.</exception>
    public static ApiJobRequest Read(ReadOnlyMemory<byte> body)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 4 });
        }
        catch (JsonException exception)
        {
            throw new ProblemException(Problems.Malformed(
                string.Create(CultureInfo.InvariantCulture, $"The body is no JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}. Send an object such as {{\"pipeline\": \"churn\"}}.")));
        }

        using (document)
        {
            try
            {
                return new JobRequestReader().Read(document.RootElement);
            }
            catch (InvalidOperationException)
            {
                throw new ProblemException(Problems.Malformed("The body holds a text that is no Unicode: half of a surrogate pair. Send the letters themselves, in UTF-8."));
            }
        }
    }

    private ApiJobRequest Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new ProblemException(Problems.Malformed("The body is no JSON object. Send one such as {\"pipeline\": \"churn\"}."));
        var request = new ApiJobRequest();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (!seen.Add(property.Name))
                Refuse(property.Name, "is there twice. Write it once.");
            else if (property.Value.ValueKind != JsonValueKind.Null)
                request = Set(request, property.Name, property.Value);
        }

        if (request.Pipeline is null && _errors.All(e => e.Name != "pipeline"))
            Refuse("pipeline", "is missing. Write the name of a pipeline, such as \"churn\"; GET /api/pipelines lists them.");
        return _errors.Count == 0 ? request : throw new ProblemException(Problems.Invalid(_errors));
    }

    private ApiJobRequest Set(ApiJobRequest request, string name, JsonElement value) => name switch
    {
        "pipeline" => request with { Pipeline = Text(name, value, "a pipeline's name, such as \"churn\"") },
        "jobId" => request with { JobId = Text(name, value, "an id, such as \"churn-2026-02-08\"") },
        "input" => request with { Input = Text(name, value, "a path, such as \"customers/*.csv\"") },
        "model" => request with { Model = Text(name, value, "a model reference, such as \"churn@1.2.0\"") },
        "output" => request with { Output = Text(name, value, "a folder, such as \"scored\"") },
        "date" => request with { Date = Date(name, value) },
        "maxParallel" => request with { MaxParallel = (int?)Number(name, value, MaxParallel) },
        "targetRows" => request with { TargetRows = Number(name, value, long.MaxValue) },
        _ => Unknown(request, name),
    };

    private ApiJobRequest Unknown(ApiJobRequest request, string name)
    {
        var near = Known.FirstOrDefault(k => Bare(k) == Bare(name));
        Refuse(name, near is null ? $"is not known. Known are {string.Join(", ", Known)}." : $"is not known. Did you mean {near}?");
        return request;
    }

    private string? Text(string name, JsonElement value, string example)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            Refuse(name, $"has to be a text. Write {example}.");
            return null;
        }

        var text = value.GetString()!;
        if (string.IsNullOrWhiteSpace(text))
            Refuse(name, $"is empty. Write {example}, or leave it out.");
        else if (text.Length > MaxText)
            Refuse(name, string.Create(CultureInfo.InvariantCulture, $"has {text.Length} characters, but {MaxText} are the most."));
        else if (text.Any(char.IsControl))
            Refuse(name, $"has control characters in it. Write {example}.");
        else
            return text;
        return null;
    }

    private DateOnly? Date(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String
            && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return date;
        Refuse(name, "is no date. Write it as \"2026-02-08\".");
        return null;
    }

    private long? Number(string name, JsonElement value, long max)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 1 && number <= max)
            return number;
        Refuse(name, max == long.MaxValue
            ? "has to be a whole number from 1."
            : string.Create(CultureInfo.InvariantCulture, $"has to be a whole number from 1 to {max}."));
        return null;
    }

    private static string Bare(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();

    private void Refuse(string name, string message) => _errors.Add(new(name, message));
}
