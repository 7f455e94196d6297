using System.Runtime.CompilerServices;
using BatchFunctions.Data;
using BatchFunctions.Planning;
using BatchFunctions.Scoring;

namespace BatchFunctions.Baselines;

/// <summary>The records that a baseline is made of.</summary>
/// <param name="snapshot">The files.</param>
/// <param name="files">Where they lie, in the same order.</param>
/// <param name="format">Their format.</param>
/// <param name="shards">How they are cut.</param>
/// <param name="filter">Which of them count; null for all.</param>
internal sealed class BaselineInput(
    IReadOnlyList<SnapshotFile> snapshot, IReadOnlyList<SourceFile> files, IRecordFormat format, IReadOnlyList<Shard> shards, RecordFilter? filter = null)
{
    /// <summary>Reads all records; each batch is valid until the next one is asked for.</summary>
    /// <param name="columns">The files' columns that are wanted.</param>
    /// <param name="partitions">The columns wanted from the files' folders, which come behind them.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<RecordBatch> ReadAsync(
        IReadOnlyList<Field> columns, IReadOnlyList<Field> partitions, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var fromFolders = new PartitionColumns(partitions);
        var batch = new RecordBatch();
        batch.SetExtras(fromFolders.Columns);
        await using IRecordReader reader = format.CreateReader(new Schema(columns), ShardScorer.ReadRows);
        foreach (Segment segment in shards.SelectMany(s => s.Segments))
        {
            await reader.OpenAsync(files[segment.File], segment, cancellationToken);
            while (await reader.ReadAsync(batch, cancellationToken))
            {
                fromFolders.Fill(snapshot[segment.File], batch.RowCount);
                filter?.Apply(batch);
                yield return batch;
            }
        }
    }

    /// <summary>Looks at columns of all records.</summary>
    /// <param name="columns">The files' columns that are read.</param>
    /// <param name="partitions">The columns read from the files' folders.</param>
    /// <param name="wanted">The names of those that are looked at.</param>
    /// <param name="mayBeNumbers">Whether text may stand for numbers.</param>
    /// <param name="request">How many bins and categories are wanted.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<IReadOnlyList<SurveyedColumn>> SurveyAsync(
        IReadOnlyList<Field> columns,
        IReadOnlyList<Field> partitions,
        IReadOnlySet<string> wanted,
        bool mayBeNumbers,
        BaselineRequest request,
        CancellationToken cancellationToken)
    {
        Field[] all = [.. columns, .. partitions];
        ColumnSurvey?[] surveys = [.. all.Select(f => wanted.Contains(f.Name) ? ColumnSurvey.Of(f.Type, mayBeNumbers) : null)];
        await foreach (RecordBatch batch in ReadAsync(columns, partitions, cancellationToken))
        {
            // A record that could not be read has no values.
            int start = 0;
            foreach (RecordFault fault in batch.Faults)
            {
                Look(batch, start, fault.Row - start);
                start = Math.Max(start, fault.Row + 1);
            }

            Look(batch, start, batch.RowCount - start);
        }

        return
        [
            .. all.Select((field, i) => surveys[i]?.Conclude(field, request) ?? SurveyedColumn.Without(field, $"it is {TypeConversions.NameOf(field.Type)}"))
                .Where(c => wanted.Contains(c.Field.Name)),
        ];

        void Look(RecordBatch batch, int start, int length)
        {
            for (int i = 0; i < surveys.Length && length > 0; i++)
                surveys[i]?.Look(batch.Columns[i], start, length);
        }
    }
}
