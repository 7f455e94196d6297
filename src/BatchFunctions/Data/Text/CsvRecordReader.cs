using System.Text.Unicode;

namespace BatchFunctions.Data.Text;

/// <summary>Reads CSV records straight from their bytes into typed columns.</summary>
internal sealed class CsvRecordReader : TextRecordReader
{
    /// <summary>
    /// Records decoded column by column at a time: few enough that their bytes stay in the nearest cache from column to column.
    /// </summary>
    public const int StripRows = 256;

    private readonly CsvColumn[] _columns;
    private readonly CsvDialect _dialect;
    private readonly int _chunkBytes;
    private readonly bool _hasText;
    private SourceFile? _file;
    private CsvHeader? _header;

    internal CsvRecordReader(Schema columns, int batchRows, CsvDialect dialect, int chunkBytes)
        : base(columns, batchRows, RecordFraming.Of(dialect), chunkBytes)
    {
        (_dialect, _chunkBytes) = (dialect, chunkBytes);
        _columns = [.. columns.Select(field => CsvColumn.Create(field, dialect.NullValues))];
        _hasText = columns.Any(field => field.Type == DataType.String);
    }

    private protected override async ValueTask<(long DataStart, int Fields)> PrepareAsync(SourceFile file, CancellationToken cancellationToken)
    {
        if (_header is null || file != _file)
        {
            _header = null;
            CsvHeader header = await CsvHeader.ReadAsync(file, _dialect, _chunkBytes, cancellationToken);
            int[] positions = header.Find(Columns, file);
            for (int i = 0; i < positions.Length; i++)
                (_columns[i].Position, _columns[i].IsLast) = (positions[i], positions[i] == header.Names.Count - 1);
            (_file, _header) = (file, header);
        }

        return (_header.DataStart, _header.Names.Count);
    }

    private protected override void Decode(RecordBatch batch, RecordIndex index, byte[] bytes, int start)
    {
        bool isValidText = !_hasText || Utf8.IsValid(bytes.AsSpan(start, index.Ends.Span[^1]));
        batch.Faults.AddRange(index.Broken);
        for (int from = 0; from < index.Rows; from += StripRows)
        {
            int to = Math.Min(from + StripRows, index.Rows);
            CsvCells cells = new(bytes, start, index) { IsValidText = isValidText, Faults = batch.Faults, Stride = index.StrideOf(from, to) };
            for (int i = 0; i < _columns.Length; i++)
                _columns[i].Decode(cells, batch.Columns[i], from, to);
        }

        if (batch.Faults.Count > 1)
            SortByRow(batch.Faults);
    }

    /// <summary>Puts faults in row order; those of one row stay in the order of the columns.</summary>
    private static void SortByRow(List<RecordFault> faults)
    {
        RecordFault[] sorted = [.. faults.OrderBy(fault => fault.Row)];
        faults.Clear();
        faults.AddRange(sorted);
    }
}
