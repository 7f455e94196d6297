using BatchFunctions.Workflow;

namespace BatchFunctions.Local;

/// <summary>What a question for a page of jobs means in SQL.</summary>
internal static class JobSelection
{
    /// <summary>The statement that gives the rows, the newest first, and what stands for its parameters <c>$a</c>, <c>$b</c>, … in order.</summary>
    /// <param name="columns">The columns of a row.</param>
    /// <param name="query">The question. Whether a job that was begun is at work or interrupted is not known here: both are among the rows.</param>
    /// <param name="after">The place behind which the rows begin, or null for all.</param>
    /// <param name="count">How many rows at most.</param>
    public static (string Sql, object?[] Values) Of(string columns, JobQuery query, JobCursor? after, int count)
    {
        List<string> conditions = [];
        List<object?> values = [];
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

        string rows;
        if (query.Pipeline is { } pipeline)
        {
            // Each half comes in order from an index of its own; with OR, all jobs of the pipeline would be sorted for each page.
            var name = Add(pipeline);
            rows = $"{Rows($"pipeline = {name}")} UNION ALL {Rows($"pipeline_name = {name} AND pipeline <> {name}")}";
        }
        else
        {
            rows = Rows();
        }

        return ($"{rows} ORDER BY created DESC, id DESC LIMIT {Add(count)}", [.. values]);

        string Rows(params string[] more) =>
            $"SELECT {columns} FROM jobs{(more.Length + conditions.Count == 0 ? string.Empty : $" WHERE {string.Join(" AND ", [.. more, .. conditions])}")}";

        string Add(object value)
        {
            values.Add(value);
            return $"${(char)('a' + values.Count - 1)}";
        }
    }
}
