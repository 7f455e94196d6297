using System.Globalization;
using System.Text.Json;
using BatchFunctions.Views;

namespace BatchFunctions.Sql;

/// <summary>Lets through one SELECT over the sources, and nothing that reads anything else.</summary>
internal static class QueryGuard
{
    private const string Path = "source.sql";
    private static readonly HashSet<string> Allowed = new(StringComparer.OrdinalIgnoreCase) { "range", "generate_series", "unnest", "repeat", "repeat_row" };

    /// <summary>Looks at a query.</summary>
    /// <exception cref="ViewQueryException">It is not one SELECT, cannot be read, or calls a function that reads other things.</exception>
    public static void Check(SqlSession session, string sql, CancellationToken cancellationToken)
    {
        using var parsed = JsonDocument.Parse(session.Scalar<string>($"SELECT json_serialize_sql({SqlText.Of(sql)})", cancellationToken));
        JsonElement root = parsed.RootElement;
        if (root.GetProperty("error").GetBoolean())
        {
            int at = root.TryGetProperty("position", out JsonElement position) && int.TryParse(position.GetString(), CultureInfo.InvariantCulture, out int number) ? number : 0;
            throw root.GetProperty("error_type").GetString() == "parser"
                ? new ViewQueryException(Path, at, $"{root.GetProperty("error_message").GetString()!.TrimEnd()}.")
                : new ViewQueryException(Path, 0, "it is no SELECT; write one query that gives the rows to score.");
        }

        if (root.GetProperty("statements").GetArrayLength() != 1)
            throw new ViewQueryException(Path, 0, "it has several statements; write one SELECT.");
        Walk(root);
    }

    private static void Walk(JsonElement node)
    {
        if (node.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in node.EnumerateArray())
                Walk(item);
        }
        else if (node.ValueKind == JsonValueKind.Object)
        {
            if (node.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("TABLE_FUNCTION")
                && node.TryGetProperty("function", out JsonElement function) && function.GetProperty("function_name").GetString() is { } name && !Allowed.Contains(name))
            {
                int at = function.TryGetProperty("query_location", out JsonElement location) && location.TryGetInt32(out int number) ? number : 0;
                throw new ViewQueryException(Path, at, $"{name}(…) cannot be called here: a query reads its sources only, so that the job is pinned to them. Name the files in source.tables, and the table in the query.");
            }

            foreach (JsonProperty property in node.EnumerateObject())
                Walk(property.Value);
        }
    }
}
