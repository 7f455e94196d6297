using System.Text.Json;
using BatchFunctions.Data;

namespace BatchFunctions.Scoring;

/// <summary>A record's values as a JSON object, for records that have no text of their own.</summary>
internal static class ValuesJson
{
    /// <summary>Writes the values of one row as a property.</summary>
    /// <param name="json">Where they go.</param>
    /// <param name="property">The property's name.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="row">The row.</param>
    public static void Write(Utf8JsonWriter json, string property, IEnumerable<Column> columns, int row)
    {
        json.WritePropertyName(property);
        Write(json, columns, row);
    }

    /// <summary>Writes the values of one row as an object.</summary>
    public static void Write(Utf8JsonWriter json, IEnumerable<Column> columns, int row)
    {
        json.WriteStartObject();
        foreach (Column column in columns)
        {
            json.WritePropertyName(column.Field.Name);
            WriteValue(json, column.GetValue(row));
        }

        json.WriteEndObject();
    }

    /// <summary>Writes one value, as <see cref="Column.GetValue"/> gives it.</summary>
    public static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case float number when float.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case decimal number:
                json.WriteNumberValue(number);
                break;
            case DateOnly date:
                json.WriteStringValue(date.ToString("O"));
                break;
            case DateTime time:
                json.WriteStringValue(time);
                break;
            default:
                json.WriteStringValue(FormattableString.Invariant($"{value}"));
                break;
        }
    }
}
