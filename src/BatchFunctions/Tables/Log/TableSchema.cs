using System.Text.Json;
using BatchFunctions.Data;

namespace BatchFunctions.Tables.Log;

/// <summary>Reads the columns of a table, and adds new ones.</summary>
internal static class TableSchema
{
    // Spark cannot write Parquet columns with these names, and refuses tables that have them.
    private static readonly System.Buffers.SearchValues<char> Refused = System.Buffers.SearchValues.Create(" ,;{}()\n\t=");

    /// <summary>The columns of a table.</summary>
    public static IReadOnlyList<TableColumn> ColumnsOf(TableMetadata metadata) => [.. Parse(metadata.SchemaString).Fields.Select(ColumnOf)];

    /// <summary>The columns that a table has once rows of <paramref name="rows"/> are in it.</summary>
    /// <param name="table">The table's name, for messages.</param>
    /// <param name="existing">What the table has, or null where it is new.</param>
    /// <param name="rows">The columns of the rows.</param>
    /// <returns>The text of the schema; the existing one where nothing is added.</returns>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: a column has another type, or a name that tables cannot have.</exception>
    public static string Merge(string table, TableMetadata? existing, IEnumerable<Field> rows)
    {
        TableStructure structure = existing is null ? new TableStructure() : Parse(existing.SchemaString);
        var columns = structure.Fields.ToDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);
        bool added = false;
        List<string> wrong = [];
        foreach (Field field in rows)
        {
            string type = TableTypes.NameOf(field.Type);
            if (!columns.TryGetValue(field.Name, out TableField? column))
            {
                if (field.Name.AsSpan().ContainsAny(Refused))
                    wrong.Add($"'{field.Name}' has a character in its name that a table's columns cannot have: one of space , ; {{ }} ( ) = tab and line break");
                structure.Fields.Add(new TableField { Name = field.Name, Type = JsonSerializer.SerializeToElement(type, LogJson.Lines.String) });
                columns.Add(field.Name, structure.Fields[^1]);
                added = true;
            }
            else if (column.Name != field.Name)
            {
                wrong.Add($"'{field.Name}' is there as '{column.Name}', and names that differ in case only are one to many readers");
            }
            else if (TableTypes.NameOf(column.Type) != type)
            {
                wrong.Add($"'{field.Name}' is {TableTypes.NameOf(column.Type)} in the table and {type} in the predictions");
            }
        }

        if (wrong.Count > 0)
        {
            throw new BatchFunctionsException(
                ErrorKind.Request,
                $"The predictions do not fit the table {table}: {string.Join("; ", wrong)}. A table only ever gets new columns; write to another table, or change output.include.");
        }

        return added || existing is null ? JsonSerializer.Serialize(structure, LogJson.Lines.TableStructure) : existing.SchemaString!;
    }

    private static TableStructure Parse(string? schema)
    {
        try
        {
            return JsonSerializer.Deserialize(schema ?? "", LogJson.Lines.TableStructure) ?? new TableStructure();
        }
        catch (JsonException e)
        {
            throw new BatchFunctionsException(ErrorKind.Integrity, $"The log of a table holds a schema that cannot be read: {e.Message}", e);
        }
    }

    private static TableColumn ColumnOf(TableField field)
    {
        string name = TableTypes.NameOf(field.Type);
        return new TableColumn(field.Name, name, TableTypes.Parse(name), field.Nullable);
    }
}
