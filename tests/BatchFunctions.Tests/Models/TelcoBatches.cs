using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Tests.Models;

/// <summary>The Telco customers as batches.</summary>
internal static class TelcoBatches
{
    /// <summary>The customers as a batch of <paramref name="columns"/>; a blank number is null.</summary>
    public static RecordBatch Customers(Schema columns)
    {
        string[][] rows = Split();
        RecordBatch batch = new();
        batch.Reset(columns, rows.Length - 1);
        for (int c = 0; c < columns.Count; c++)
        {
            int at = Array.IndexOf(rows[0], columns[c].Name);
            for (int i = 1; i < rows.Length; i++)
                Batches.Set(batch.Columns[c], i - 1, columns[c].Type is DataType.String ? rows[i][at] : string.IsNullOrWhiteSpace(rows[i][at]) ? null : double.Parse(rows[i][at], CultureInfo.InvariantCulture));
        }

        return batch;
    }

    /// <summary>The schema of the file as CSV tells it: all text.</summary>
    public static Schema AsText() => new(Split()[0].Select(n => new Field(n, DataType.String)));

    // The file has no quoted field.
    private static string[][] Split() => [.. File.ReadLines(Telco.CustomersFile).Where(l => l.Length > 0).Select(l => l.Split(','))];
}
