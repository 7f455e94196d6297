using System.Globalization;
using BatchFunctions.Api.Answers;
using BatchFunctions.Api.Documents;
using Microsoft.AspNetCore.Http;

namespace BatchFunctions.Api.Requests;

/// <summary>Reads a query's parameters, and keeps what is wrong with them until all are read.</summary>
internal sealed class QueryReader
{
    // What carries a key is the host's affair.
    private static readonly string[] HostParameters = ["code", "clientId"];

    private static readonly string[] TimeFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    private readonly IQueryCollection _query;
    private readonly List<ApiPropertyProblem> _errors = [];

    /// <summary>Refuses parameters that are not known: a mistyped filter would filter nothing.</summary>
    public QueryReader(HttpRequest request, params string[] known)
    {
        _query = request.Query;
        foreach (var name in _query.Keys)
        {
            if (known.Contains(name, StringComparer.OrdinalIgnoreCase) || HostParameters.Contains(name, StringComparer.OrdinalIgnoreCase))
                continue;
            _errors.Add(new(name, known.Length == 0 ? "is not known; nothing is asked for here." : $"is not known. Known are {string.Join(", ", known)}."));
        }
    }

    public string? Text(string name)
    {
        if (!_query.TryGetValue(name, out var values) || values.Count == 0)
            return null;
        if (values.Count > 1)
            Refuse(name, "is given more than once. Give it once.");
        return string.IsNullOrEmpty(values[0]) ? null : values[0];
    }

    public int? Number(string name, int min, int max)
    {
        if (Text(name) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
            return value;
        Refuse(name, max == int.MaxValue
            ? string.Create(CultureInfo.InvariantCulture, $"is '{text}', but has to be a whole number from {min}.")
            : string.Create(CultureInfo.InvariantCulture, $"is '{text}', but has to be a whole number from {min} to {max}."));
        return null;
    }

    public T? Word<T>(string name)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
            return null;
        if (Enum.GetNames<T>().FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found)
            return Enum.Parse<T>(found);
        Refuse(name, $"is '{text}', but has to be one of {string.Join(", ", Enum.GetNames<T>())}.");
        return null;
    }

    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return time;
        Refuse(name, $"is '{text}', which is no time. Write it as 2026-02-08T02:00:00Z, or 2026-02-08; write the '+' of an offset as %2B.");
        return null;
    }

    public void Refuse(string name, string message) => _errors.Add(new(name, message));

    /// <exception cref="ProblemException">Something was wrong.</exception>
    public void EnsureValid()
    {
        if (_errors.Count > 0)
            throw new ProblemException(Problems.Invalid(_errors));
    }
}
