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
            switch (column.GetValue(row))
            {
                case null:
                    json.WriteNullValue();
                    break;
                case bool value:
                    json.WriteBooleanValue(value);
                    break;
                case int value:
                    json.WriteNumberValue(value);
                    break;
                case long value:
                    json.WriteNumberValue(value);
                    break;
                case float value when float.IsFinite(value):
                    json.WriteNumberValue(value);
                    break;
                case double value when double.IsFinite(value):
                    json.WriteNumberValue(value);
                    break;
                case decimal value:
                    json.WriteNumberValue(value);
                    break;
                case DateOnly value:
                    json.WriteStringValue(value.ToString("O"));
                    break;
                case DateTime value:
                    json.WriteStringValue(value);
                    break;
                case var value:
                    json.WriteStringValue(FormattableString.Invariant($"{value}"));
                    break;
            }
        }

        json.WriteEndObject();
    }
}
