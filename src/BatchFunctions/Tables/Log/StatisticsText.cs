using System.Text.Json;

namespace BatchFunctions.Tables.Log;

/// <summary>Reads the statistics that a log entry holds as text.</summary>
internal static class StatisticsText
{
    /// <summary>The number of rows, or null where it is not told.</summary>
    public static long? RowsOf(string? statistics)
    {
        if (string.IsNullOrEmpty(statistics))
            return null;
        try
        {
            using var document = JsonDocument.Parse(statistics);
            return document.RootElement.TryGetProperty("numRecords", out JsonElement rows) && rows.TryGetInt64(out long number) ? number : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
