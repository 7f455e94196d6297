namespace BatchFunctions.Api.Documents;

/// <summary>What is wrong, as RFC 9457 has it: the body of every answer that is an error.</summary>
public sealed record ApiProblem
{
    /// <summary>What sort of problem it is, for programs: <c>urn:batchfunctions:problem:no-such-job</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The same for people, in few words.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What is wrong this time, where, and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>The path that was asked for.</summary>
    public string? Instance { get; init; }

    /// <summary>What is wrong with each property or parameter; left out where none is to blame.</summary>
    public IReadOnlyList<ApiPropertyProblem>? Errors { get; init; }

    /// <summary>By what the log's line on an unexpected error is found; left out for others.</summary>
    public string? TraceId { get; init; }
}
