using System.Globalization;
using System.Text;
using BatchFunctions.Data;

namespace BatchFunctions.Tests.Data.Text;

/// <summary>A record as a reader gave it, in a form that compares.</summary>
internal sealed record TextRecord(long Number, long Offset, string Raw, string Cells, string Faults)
{
    public static async Task<List<TextRecord>> ReadAsync(
        IRecordFormat format, SourceFile file, Schema columns, IEnumerable<Segment> segments, int batchRows = 3)
    {
        await using IRecordReader reader = format.CreateReader(columns, batchRows);
        RecordBatch batch = new();
        List<TextRecord> records = [];
        foreach (Segment segment in segments)
        {
            await reader.OpenAsync(file, segment, TestContext.Current.CancellationToken);
            while (await reader.ReadAsync(batch, TestContext.Current.CancellationToken))
            {
                Assert.InRange(batch.RowCount, 1, batchRows);
                records.AddRange(Enumerable.Range(0, batch.RowCount).Select(row => Of(batch, row)));
            }

            Assert.Equal(0, batch.RowCount);
        }

        return records;
    }

    public static Segment Whole(SourceFile file) => new(0, 0, file.Length, 0, null);

    private static TextRecord Of(RecordBatch batch, int row) => new(
        batch.FirstRecord + row,
        batch.ByteOffset(row)!.Value,
        Encoding.Latin1.GetString(batch.Raw(row)),
        string.Join('|', batch.Columns.Select(column => Cell(column, row))),
        string.Join('|', batch.Faults.Where(fault => fault.Row == row).Select(fault => $"{fault.Column}:{fault.Code}:{fault.Reason}")));

    private static string Cell(Column column, int row) =>
        column.IsNull(row) ? "∅"
        : column is Utf8Column text ? Encoding.Latin1.GetString(text[row])
        : column.GetValue(row) is DateOnly date ? date.ToString("O", CultureInfo.InvariantCulture)
        : Convert.ToString(column.GetValue(row), CultureInfo.InvariantCulture)!;
}
