using System.Globalization;
using System.Text.Json;

namespace BatchFunctions.Sql;

/// <summary>What the database says went wrong.</summary>
/// <param name="Kind">Its kind, in the database's words.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Position">The character of the statement where it is, from 0, or null.</param>
internal sealed record SqlFailure(string Kind, string Message, int? Position)
{
    private const string Fixes = "\nPossible fixes:";

    /// <summary>Reads an error that is written as JSON, or takes it as it is.</summary>
    public static SqlFailure Of(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            JsonElement error = json.RootElement;
            string message = error.GetProperty("exception_message").GetString()!;
            int? position = error.TryGetProperty("position", out JsonElement at) && int.TryParse(at.GetString(), CultureInfo.InvariantCulture, out int number) ? number : null;

            // What follows is advice for whoever calls the database's own functions.
            int advice = message.IndexOf(Fixes, StringComparison.Ordinal);
            if (advice >= 0)
                message = message[..advice] + FileIn(message);
            return new SqlFailure(error.GetProperty("exception_type").GetString()!, message.TrimEnd(), position);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new SqlFailure("", text.TrimEnd(), null);
        }
    }

    /// <summary>Whether memory, or room for what does not fit into it, ran out.</summary>
    public bool IsOutOfRoom => Kind is "Out of Memory" || Message.Contains("max_temp_directory_size", StringComparison.Ordinal) || Message.Contains("No space left", StringComparison.OrdinalIgnoreCase);

    private static string FileIn(string message) =>
        message.Split('\n').FirstOrDefault(l => l.StartsWith("  file = ", StringComparison.Ordinal)) is { } line ? $"\n{line.Trim()}" : "";
}
