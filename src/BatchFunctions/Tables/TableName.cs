using System.Text.RegularExpressions;

namespace BatchFunctions.Tables;

/// <summary>A table's name, <c>schema.table</c>; the table stands in the folder <c>schema/table</c> below the tables' folder.</summary>
/// <param name="Schema">The name before the dot.</param>
/// <param name="Table">The name behind it.</param>
public sealed partial record TableName(string Schema, string Table)
{
    /// <summary>Where the table stands, below the tables' folder.</summary>
    public string Path => $"{Schema}/{Table}";

    /// <summary>Reads a name.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the text is no table's name.</exception>
    public static TableName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Form().Match(text) is { Success: true } match
            ? new TableName(match.Groups[1].Value, match.Groups[2].Value)
            : throw new BatchFunctionsException(
                ErrorKind.Request,
                $"'{text}' is no table's name. Write schema.table, each of letters, digits and '_', as in ml_metrics.churn_daily.");
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Schema}.{Table}";

    [GeneratedRegex(@"^([A-Za-z][A-Za-z0-9_]*)\.([A-Za-z][A-Za-z0-9_]*)\z")]
    private static partial Regex Form();
}
