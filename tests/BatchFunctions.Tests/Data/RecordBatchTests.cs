using BatchFunctions.Data;
using CsCheck;

namespace BatchFunctions.Tests.Data;

public sealed class RecordBatchTests
{
    private static readonly Schema Schema = new([new Field("n", DataType.Int64), new Field("t", DataType.String)]);

    [Fact]
    public void Compacting_twice_keeps_values_nulls_and_the_rows_they_were_read_at() =>
        Gen.Select(Gen.Bool.Array[1, 60], Gen.Bool.Array[60, 60], Gen.Bool.Array[60, 60]).Sample((nulls, first, second) =>
        {
            RecordBatch batch = Fill(nulls);
            int[] expected = [.. Enumerable.Range(0, nulls.Length)];

            foreach (bool[] keep in (bool[][])[first, second])
            {
                int[] rows = [.. Enumerable.Range(0, batch.RowCount).Where(i => keep[i])];
                batch.Compact(rows);
                expected = [.. rows.Select(r => expected[r])];
            }

            Assert.Equal(expected, Enumerable.Range(0, batch.RowCount).Select(batch.SourceRow));
            Assert.Equal(expected.Select(r => nulls[r] ? null : (object)(long)r), Enumerable.Range(0, batch.RowCount).Select(batch.Columns[0].GetValue));
            Assert.Equal(expected.Select(r => nulls[r] ? null : $"text {r}"), Enumerable.Range(0, batch.RowCount).Select(r => (string?)batch.Columns[1].GetValue(r)));
        });

    [Fact]
    public void Extras_stand_behind_what_is_read_and_stay_from_read_to_read()
    {
        var batch = new RecordBatch();
        Column extra = Column.Create(new Field("day", DataType.String));
        batch.SetExtras([extra]);

        batch.Reset(Schema, 3);
        Column read = batch.Columns[0];
        batch.Reset(Schema, 5);

        Assert.Equal(["n", "t", "day"], batch.Schema.Select(f => f.Name));
        Assert.Same(extra, batch.Columns[2]);
        Assert.Same(read, batch.Columns[0]);
    }

    private static RecordBatch Fill(bool[] nulls)
    {
        var batch = new RecordBatch();
        batch.Reset(Schema, nulls.Length);
        for (int i = 0; i < nulls.Length; i++)
        {
            ((Column<long>)batch.Columns[0]).Values[i] = i;
            if (nulls[i])
                batch.Columns[0].SetNull(i);
            if (nulls[i])
                ((Utf8Column)batch.Columns[1]).AppendNull();
            else
                ((Utf8Column)batch.Columns[1]).Append($"text {i}");
        }

        return batch;
    }
}
