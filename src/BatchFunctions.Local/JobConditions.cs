using BatchFunctions.Workflow;

namespace BatchFunctions.Local;

/// <summary>What a question for jobs means in SQL.</summary>
internal static class JobConditions
{
    /// <summary>The <c>WHERE</c> of <paramref name="query"/>, and what stands for its parameters, in order.</summary>
    /// <param name="query">The question. Whether a job that was begun is at work or interrupted is not known here: both are among the rows.</param>
    /// <param name="after">The place behind which the rows begin, or null for all.</param>
    public static (string Sql, IReadOnlyList<object?> Values) Of(JobQuery query, JobCursor? after)
    {
        List<string> conditions = [];
        List<object?> values = [];
        if (query.Pipeline is { } pipeline)
            conditions.Add($"(pipeline = {Add(pipeline)} OR pipeline_name = {Parameter(values.Count - 1)})");
        if (query.Status is JobStatus.Running or JobStatus.Interrupted)
            conditions.Add($"result IS NULL AND status <> {Add((int)JobStatus.Pending)}");
        else if (query.Status is { } status)
            conditions.Add($"status = {Add((int)status)}");
        if (query.CreatedFrom is { } from)
            conditions.Add($"created >= {Add(from.UtcTicks)}");
        if (query.CreatedBefore is { } before)
            conditions.Add($"created < {Add(before.UtcTicks)}");
        if (after is { } cursor)
            conditions.Add($"(created, id) < ({Add(cursor.CreatedTicks)}, {Add(cursor.JobId)})");
        return (conditions.Count == 0 ? string.Empty : $"WHERE {string.Join(" AND ", conditions)}", values);

        string Add(object value)
        {
            values.Add(value);
            return Parameter(values.Count - 1);
        }
    }

    /// <summary>The name of a parameter by its place: <c>$a</c>, <c>$b</c>, …</summary>
    public static string Parameter(int place) => $"${(char)('a' + place)}";
}
