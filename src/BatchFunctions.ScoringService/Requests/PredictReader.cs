using System.Globalization;
using System.Text.Json;
using BatchFunctions.Api.Answers;
using BatchFunctions.Api.Documents;
using BatchFunctions.Scoring.Online;

namespace BatchFunctions.ScoringService.Requests;

/// <summary>Reads the body of <c>POST /predict</c>. Its rows are as they are in a JSON Lines file; what is wrong with one of them is told with its result.</summary>
internal sealed class PredictReader : IDisposable
{
    private const int MaxDepth = 8;
    private const string Example = "{\"pipeline\": \"churn\", \"rows\": [{\"age\": 42}]}";

    private readonly JsonDocument _document;

    private PredictReader(JsonDocument document, OnlineRequest request) => (_document, Request) = (document, request);

    /// <summary>The request; its rows live as long as this does.</summary>
    public OnlineRequest Request { get; }

    /// <summary>Reads a body.</summary>
    /// <exception cref="ProblemException">It is not what it should be.</exception>
    public static PredictReader Read(ReadOnlyMemory<byte> body, int maxRows)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException exception)
        {
            throw new ProblemException(Problems.Malformed(string.Create(
                CultureInfo.InvariantCulture, $"The body is no JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}. Send an object such as {Example}.")));
        }

        try
        {
            return new PredictReader(document, Read(document.RootElement, maxRows));
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    public void Dispose() => _document.Dispose();

    private static OnlineRequest Read(JsonElement root, int maxRows)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new ProblemException(Problems.Malformed($"The body is no JSON object. Send one such as {Example}."));
        List<ApiPropertyProblem> errors = [];
        string? pipeline = null, model = null;
        JsonElement? rows = null;
        foreach (var property in root.EnumerateObject())
        {
            switch (property.Name)
            {
                case "pipeline":
                    pipeline = Text(property, "the name of a pipeline", errors);
                    break;
                case "model":
                    model = Text(property, "a model reference, such as churn@1.2.0 or churn@approved", errors);
                    break;
                case "rows":
                    rows = property.Value;
                    break;
                default:
                    errors.Add(new(property.Name, "is not known. Known are pipeline, model, rows."));
                    break;
            }
        }

        if (pipeline is null && model is null && errors.Count == 0)
            errors.Add(new("pipeline", "is missing. Write the name of a pipeline, or a model reference as model."));
        OnlineRequest request = new(pipeline, model, RowsOf(rows, maxRows, errors));
        return errors.Count == 0 ? request : throw new ProblemException(Problems.Invalid(errors));
    }

    private static JsonElement[] RowsOf(JsonElement? rows, int maxRows, List<ApiPropertyProblem> errors)
    {
        if (rows is not { ValueKind: JsonValueKind.Array } array || array.GetArrayLength() == 0)
        {
            errors.Add(new("rows", "has to be a list of at least one object, each with values by column."));
            return [];
        }

        if (array.GetArrayLength() > maxRows)
            errors.Add(new("rows", string.Create(CultureInfo.InvariantCulture, $"has {array.GetArrayLength()} rows, but {maxRows} are the most. More is a job's work.")));
        else if (array.EnumerateArray().Any(row => row.ValueKind != JsonValueKind.Object))
            errors.Add(new("rows", "has something in it that is no object. Write each row as {\"column\": value, …}."));
        return [.. array.EnumerateArray()];
    }

    private static string? Text(JsonProperty property, string words, List<ApiPropertyProblem> errors)
    {
        if (property.Value.ValueKind == JsonValueKind.Null)
            return null;
        if (property.Value.ValueKind == JsonValueKind.String && property.Value.GetString() is { Length: > 0 and <= 200 } text)
            return text;
        errors.Add(new(property.Name, $"has to be {words}."));
        return null;
    }
}
