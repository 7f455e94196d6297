using System.Security.Cryptography;
using BatchFunctions.Data;
using BatchFunctions.Data.Parquet;
using BatchFunctions.Data.Text;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Scoring;
using BatchFunctions.Tests.Models;
using CsCheck;

namespace BatchFunctions.Tests.Data;

/// <summary>Whether a text column lies end to end or refers to a dictionary: nobody can tell from what comes out.</summary>
public sealed class TextFormTests
{
    private const string Encoded = """
        features:
          - { name: a, categories: ["Yes", "No", "größe", "No internet service"], unseen: -1, missing: "No" }
          - { name: b, categories: ["Yes", "No", ""], missing: "Yes", scale: { mean: 0.5, std: 3 } }
          - { name: c, categories: ["x", "Yes", "No", "😀"], unseen: 7, missing: nan }
        """;

    private static readonly Gen<(string?[] Values, int Seed, bool[] Kept)> AnyColumn =
        from rows in Gen.Frequency((3, Gen.Int[0, 30]), (1, Gen.Int[250, 700]))
        from values in TextForms.AnyText.Array[rows]
        from seed in Gen.Int
        from kept in Gen.Bool.Array[rows]
        select (values, seed, kept);

    [Fact]
    public void Values_and_nulls_are_the_same_before_and_after_rows_are_taken_out() => AnyColumn.Sample(c =>
    {
        Utf8Column plain = TextForms.Plain("t", c.Values), dictionary = TextForms.Dictionary("t", c.Values, c.Seed);
        Assert.Equal(c.Values, Texts(plain));
        Assert.Equal(c.Values, Texts(dictionary));

        foreach (Utf8Column column in (Utf8Column[])[plain, dictionary])
            column.Compact(Rows(c.Kept));

        Assert.Equal(c.Values.Where((_, i) => c.Kept[i]), Texts(plain));
        Assert.Equal(Texts(plain), Texts(dictionary));
    });

    [Fact]
    public void A_column_that_was_laid_out_end_to_end_halfway_can_be_appended_to() => AnyColumn.Sample(c =>
    {
        int half = c.Values.Length / 2;
        Utf8Column column = TextForms.Dictionary("t", c.Values, c.Seed);

        column.Flatten(half);
        foreach (string? value in c.Values[half..])
            column.Append(value ?? "");

        Assert.Equal(c.Values, Texts(column));
    });

    [Fact]
    public void Rules_find_the_same_faults() => AnyColumn.Sample(c =>
    {
        Dictionary<string, ColumnRule> rules = new()
        {
            ["a"] = new ColumnRule { Allowed = ["Yes", "No", "größe", "No internet service"], MaxLength = 40 },
            ["b"] = new ColumnRule { MaxLength = 6, Missing = MissingAction.Reject },
        };
        RecordBatch plain = Batch(c.Values, null), dictionary = Batch(c.Values, c.Seed);
        RecordValidator validator = new(plain.Schema, rules, ["c"]);

        Assert.Equal(Faults(validator, plain), Faults(validator, dictionary));
    });

    [Fact]
    public void The_model_refuses_the_same_records_and_gives_the_others_the_same_scores()
    {
        using ModelSession session = TinyModels.Load("sum", Encoded);
        FeaturePreparation preparation = session.Prepare(Batch([], null).Schema);
        using ModelRunner runner = session.CreateRunner(preparation, 16);
        AnyColumn.Sample(
            c =>
            {
                RecordBatch plain = Batch(c.Values, null), dictionary = Batch(c.Values, c.Seed);
                List<RecordFault> plainFaults = TinyModels.Faults(preparation, plain);
                Assert.Equal(plainFaults, TinyModels.Faults(preparation, dictionary));

                int[] good = [.. Enumerable.Range(0, plain.RowCount).Except(plainFaults.Select(f => f.Row))];
                plain.Compact(good);
                dictionary.Compact(good);
                Assert.Equal(Scores(plain), Scores(dictionary));
            },
            threads: 1);

        float[] Scores(RecordBatch batch)
        {
            ModelScores scores = new(session.Signature);
            runner.Score(batch, scores);
            return TinyModels.Values<float>(scores.Score);
        }
    }

    [Fact]
    public async Task Files_are_the_same_to_the_byte_whatever_the_forms_of_their_batches() =>
        await Gen.Select(AnyColumn, Gen.Int[1, 90], Gen.Int[1, 250], Gen.Int.Array[700, 700]).SampleAsync(
            async (c, batchRows, groupRows, seeds) =>
            {
                byte[][] plain = await WriteAsync(_ => null), dictionary = await WriteAsync(i => seeds[i]), mixed = await WriteAsync(i => seeds[i] % 2 == 0 ? null : seeds[i]);

                Assert.Equal(plain, dictionary);
                Assert.Equal(plain, mixed);

                async Task<byte[][]> WriteAsync(Func<int, int?> seedOf)
                {
                    Schema schema = new([new Field("t", DataType.String)]);
                    using MemoryStream parquet = new(), csv = new();
                    await using ParquetRecordWriter parquetWriter = new(parquet, schema, new ParquetWriterOptions { RowGroupRows = groupRows, Compression = ParquetCompression.None });
                    await using CsvRecordWriter csvWriter = new(csv, schema);
                    for (int start = 0, i = 0; start < c.Values.Length; start += batchRows, i++)
                    {
                        string?[] values = c.Values[start..Math.Min(start + batchRows, c.Values.Length)];
                        Column column = seedOf(i) is { } seed ? TextForms.Dictionary("t", values, seed) : TextForms.Plain("t", values);
                        foreach (IRecordWriter writer in (IRecordWriter[])[parquetWriter, csvWriter])
                            await writer.WriteAsync([column], values.Length, CancellationToken.None);
                    }

                    await parquetWriter.CompleteAsync(CancellationToken.None);
                    await csvWriter.CompleteAsync(CancellationToken.None);
                    return [parquet.ToArray(), csv.ToArray()];
                }
            },
            iter: 300);

    [Fact]
    public async Task Many_different_texts_that_come_as_a_dictionary_are_written_as_those_that_do_not()
    {
        string[] ids = [.. Enumerable.Range(0, 9_000).Select(i => $"{i * 7919 % 9_001:X4}-{i}")];
        byte[][] files = await Task.WhenAll(((Column[])[TextForms.Plain("id", ids), TextForms.Dictionary("id", ids, 5)]).Select(async column =>
        {
            using MemoryStream stream = new();
            await using ParquetRecordWriter writer = new(stream, new Schema([column.Field]), new ParquetWriterOptions { RowGroupRows = 4_000 });
            await writer.WriteAsync([column], ids.Length, CancellationToken.None);
            await writer.CompleteAsync(CancellationToken.None);
            return SHA256.HashData(stream.ToArray());
        }));

        Assert.Equal(files[0], files[1]);
    }

    private static RecordBatch Batch(string?[] values, int? seed)
    {
        RecordBatch batch = new();
        batch.Reset(new Schema(((string[])["a", "b", "c"]).Select(n => new Field(n, DataType.String))), values.Length);
        for (int c = 0; c < 3; c++)
        {
            string?[] rotated = [.. values.Skip(c), .. values.Take(c)];
            if (seed is { } number)
                TextForms.FillDictionary((Utf8Column)batch.Columns[c], rotated[..values.Length], number + c);
            else
                TextForms.FillPlain((Utf8Column)batch.Columns[c], rotated[..values.Length]);
        }

        return batch;
    }

    private static List<RecordFault> Faults(RecordValidator validator, RecordBatch batch)
    {
        List<RecordFault> faults = [];
        validator.Validate(batch, faults);
        return faults;
    }

    private static int[] Rows(bool[] kept) => [.. Enumerable.Range(0, kept.Length).Where(i => kept[i])];

    private static string?[] Texts(Utf8Column column) => [.. Enumerable.Range(0, column.Length).Select(column.GetString)];
}
