using System.Globalization;
using System.Text.Json;
using BatchFunctions.Api.Answers;
using BatchFunctions.Api.Documents;

namespace BatchFunctions.Api.Requests;

/// <summary>Reads a body strictly: each property that is wrong is named, with what to write instead.</summary>
/// <typeparam name="T">What the body is.</typeparam>
/// <param name="known">The properties that it may have.</param>
/// <param name="example">A body, for messages.</param>
internal abstract class StrictReader<T>(IReadOnlyList<string> known, string example)
    where T : new()
{
    private const int MaxText = 4096;

    private readonly List<ApiPropertyProblem> _errors = [];

    /// <exception cref="ProblemException">The body is not what it should be.</exception>
    public T Read(ReadOnlyMemory<byte> body)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 4 });
        }
        catch (JsonException exception)
        {
            throw new ProblemException(Problems.Malformed(
                string.Create(CultureInfo.InvariantCulture, $"The body is no JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}. Send an object such as {example}.")));
        }

        using (document)
        {
            try
            {
                return Read(document.RootElement);
            }
            catch (InvalidOperationException)
            {
                throw new ProblemException(Problems.Malformed("The body holds a text that is no Unicode: half of a surrogate pair. Send the letters themselves, in UTF-8."));
            }
        }
    }

    /// <summary>Takes a property that has a value; null where it is not known.</summary>
    protected abstract T? Set(T request, string name, JsonElement value);

    /// <summary>Refuses what is wrong with the body as a whole.</summary>
    protected abstract void Check(T request);

    protected void Refuse(string name, string message) => _errors.Add(new(name, message));

    protected bool IsRefused(string name) => _errors.Exists(e => e.Name == name);

    protected string? Text(string name, JsonElement value, string words)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            Refuse(name, $"has to be a text. Write {words}.");
            return null;
        }

        var text = value.GetString()!;
        if (string.IsNullOrWhiteSpace(text))
            Refuse(name, $"is empty. Write {words}, or leave it out.");
        else if (text.Length > MaxText)
            Refuse(name, string.Create(CultureInfo.InvariantCulture, $"has {text.Length} characters, but {MaxText} are the most."));
        else if (text.Any(char.IsControl))
            Refuse(name, $"has control characters in it. Write {words}.");
        else
            return text;
        return null;
    }

    protected DateOnly? Date(string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String
            && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            return date;
        Refuse(name, "is no date. Write it as \"2026-02-08\".");
        return null;
    }

    protected long? Number(string name, JsonElement value, long max)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 1 && number <= max)
            return number;
        Refuse(name, max == long.MaxValue
            ? "has to be a whole number from 1."
            : string.Create(CultureInfo.InvariantCulture, $"has to be a whole number from 1 to {max}."));
        return null;
    }

    private T Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new ProblemException(Problems.Malformed($"The body is no JSON object. Send one such as {example}."));
        var request = new T();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (!seen.Add(property.Name))
                Refuse(property.Name, "is there twice. Write it once.");
            else if (property.Value.ValueKind != JsonValueKind.Null && Set(request, property.Name, property.Value) is { } changed)
                request = changed;
            else if (!known.Contains(property.Name))
                RefuseUnknown(property.Name);
        }

        Check(request);
        return _errors.Count == 0 ? request : throw new ProblemException(Problems.Invalid(_errors));
    }

    private void RefuseUnknown(string name)
    {
        var near = known.FirstOrDefault(k => Bare(k) == Bare(name));
        Refuse(name, near is null ? $"is not known. Known are {string.Join(", ", known)}." : $"is not known. Did you mean {near}?");
    }

    private static string Bare(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
}
