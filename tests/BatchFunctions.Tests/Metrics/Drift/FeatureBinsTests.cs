using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Metrics.Drift;
using BatchFunctions.Models;
using CsCheck;

namespace BatchFunctions.Tests.Metrics.Drift;

/// <summary>Every value falls into the bin that two comparisons say, whatever its type and however it is counted.</summary>
public sealed class FeatureBinsTests
{
    private static readonly Gen<double> Edge = Gen.OneOf(
        Gen.Int[-300, 300].Select(i => (double)i),
        Gen.Int[-300, 300].Select(i => i / 4.0),
        Gen.Double[-1e6, 1e6],
        Gen.OneOf<double>(0.1, -32768, 32767, 32768, int.MinValue, int.MaxValue, 2147483648.0, -2147483649.0, long.MinValue, 9223372036854775808.0, -1e300, 1e300, double.MaxValue, 16777217));

    private static readonly Gen<double[]> Edges = Edge.HashSet[2, 40].Select(e => e.Order().ToArray());

    // Few edges are compared with, many are searched.
    private static readonly Gen<double[]> ManyEdges = Gen.OneOf(Edges, Gen.Double[-1e5, 1e5].HashSet[140, 200].Select(e => e.Order().ToArray()));

    [Fact]
    public void Float64() => Check(DataType.Float64, Gen.OneOf(Edge, Gen.Double, Gen.OneOf(double.NaN, double.PositiveInfinity, double.NegativeInfinity)), v => v);

    [Fact]
    public void Float32() => Check(DataType.Float32, Gen.OneOf(Edge.Select(e => (float)e), Gen.Float, Gen.OneOf(float.NaN, float.PositiveInfinity, float.NegativeInfinity)), v => v);

    [Fact]
    public void Int64() => Check(DataType.Int64, Gen.OneOf(Gen.Long[-400, 400], Gen.Long, Gen.OneOf<long>(long.MinValue, long.MaxValue, 32767, 32768, -32768, -32769)), v => v);

    [Fact]
    public void Int32() => Check(DataType.Int32, Gen.OneOf(Gen.Int[-400, 400], Gen.Int, Gen.OneOf(int.MinValue, int.MaxValue, 32767, 32768, -32768, -32769)), v => v);

    [Fact]
    public void Bool() => Check(DataType.Bool, Gen.Bool, v => v ? 1 : 0);

    [Fact]
    public void Categories_of_text_are_found_and_others_are_counted_and_kept()
    {
        var column = (Utf8Column)Column.Create(new Field("region", DataType.String));
        column.Reset(7);
        foreach (string? value in (string?[])["north", "Mars", null, "south", "Mars", "", "north"])
            if (value is null)
                column.AppendNull();
            else
                column.Append(value.AsSpan());
        (FeatureBins bins, FeatureCounts counts) = Make(new Histogram { Categories = ["south", "north"], Counts = [1, 1] }, DataType.String);

        bins.Count(column, 0, 7, counts);

        Assert.Equal([1, 2, 3], counts.Bins);
        Assert.Equal(1, counts.Missing);
        Assert.Equal(new Dictionary<string, long> { [""] = 1, ["Mars"] = 2 }, counts.Unknown!.ToDictionary());
    }

    [Fact]
    public void Categories_are_counted_the_same_where_rows_refer_to_a_dictionary() => Gen.Select(Gen.Int[1, 40], Gen.Int[0, 60].Array[0, 3_000], Gen.Int[0, 1 << 20]).Sample((words, rows, seed) =>
    {
        // Two entries may have the same text, and some are no category.
        var entries = new TextEntries();
        for (int i = 0; i < words; i++)
            entries.Add(Encoding.UTF8.GetBytes($"w{i % 30}"));
        var referring = (Utf8Column)Column.Create(new Field("w", DataType.String));
        var plain = (Utf8Column)Column.Create(new Field("w", DataType.String));
        referring.Reset(rows.Length);
        plain.Reset(rows.Length);
        Span<ushort> entryOf = referring.ReferTo(entries);
        for (int row = 0; row < rows.Length; row++)
        {
            int number = Math.Min(rows[row], words);
            entryOf[row] = (ushort)number;
            if (number > 0)
            {
                plain.Append(entries[number]);
                continue;
            }

            referring.SetNull(row);
            plain.AppendNull();
        }

        int start = new Random(seed).Next(rows.Length + 1);
        var histogram = new Histogram { Categories = [.. Enumerable.Range(0, 12).Select(i => $"w{i * 2}")], Counts = new double[12] };
        (FeatureBins bins, FeatureCounts byEntry) = Make(histogram, DataType.String);
        FeatureCounts byRow = FeatureCounts.For(histogram);

        bins.Count(referring, start, rows.Length - start, byEntry);
        bins.Count(plain, start, rows.Length - start, byRow);

        Assert.Equal(byRow.Bins, byEntry.Bins);
        Assert.Equal(byRow.Missing, byEntry.Missing);
        Assert.Equal(byRow.Unknown!.ToDictionary(), byEntry.Unknown!.ToDictionary());
    });

    [Theory]
    [InlineData(DataType.Int64)]
    [InlineData(DataType.Int32)]
    [InlineData(DataType.Float64)]
    [InlineData(DataType.Float32)]
    public void Categories_of_numbers_are_whole_numbers(DataType type)
    {
        var column = Column.Create(new Field("senior", type));
        column.Reset(5);
        double[] values = [0, 1, 7, 1, 0];
        for (int i = 0; i < values.Length; i++)
            Set(column, i, values[i]);
        column.SetNull(4);
        (FeatureBins bins, FeatureCounts counts) = Make(new Histogram { Categories = ["0", "1"], Counts = [1, 1] }, type);

        bins.Count(column, 0, 5, counts);

        Assert.Equal([1, 2, 1], counts.Bins);
        Assert.Equal(1, counts.Missing);
        Assert.Equal(new Dictionary<string, long> { ["7"] = 1 }, counts.Unknown!.ToDictionary());
    }

    [Fact]
    public void Fractions_and_missing_numbers_are_no_category()
    {
        var column = (Column<double>)Column.Create(new Field("code", DataType.Float64));
        column.Reset(4);
        new[] { 2, 2.5, double.NaN, double.PositiveInfinity }.CopyTo(column.Values);
        (FeatureBins bins, FeatureCounts counts) = Make(new Histogram { Categories = ["2"], Counts = [1] }, DataType.Float64);

        bins.Count(column, 0, 4, counts);

        Assert.Equal([1, 2], counts.Bins);
        Assert.Equal(1, counts.Missing);
        Assert.Equal(["2.5", "Infinity"], counts.Unknown!.ToDictionary().Keys);
    }

    [Theory]
    [InlineData("true,false", new long[] { 2, 1, 0 })]
    [InlineData("0,1", new long[] { 1, 2, 0 })]
    [InlineData("False", new long[] { 1, 2 })]
    public void Booleans_have_categories_too(string categories, long[] expected)
    {
        var column = (Column<bool>)Column.Create(new Field("premium", DataType.Bool));
        column.Reset(4);
        new[] { true, false, true, true }.CopyTo(column.Values);
        column.SetNull(3);
        string[] names = categories.Split(',');
        (FeatureBins bins, FeatureCounts counts) = Make(new Histogram { Categories = names, Counts = [.. names.Select(_ => 1.0)] }, DataType.Bool);

        bins.Count(column, 0, 4, counts);

        Assert.Equal(expected, counts.Bins);
        Assert.Equal(1, counts.Missing);
    }

    [Theory]
    [InlineData(DataType.String, true)]
    [InlineData(DataType.Date, true)]
    [InlineData(DataType.Decimal, false)]
    public void What_cannot_be_compared_is_refused(DataType type, bool isNumeric) =>
        Assert.Null(FeatureBins.Of(isNumeric ? new Histogram { Edges = [0, 1], Counts = [1] } : new Histogram { Categories = ["0"], Counts = [1] }, type));

    [Fact]
    public void Words_are_no_categories_of_numbers() =>
        Assert.Null(FeatureBins.Of(new Histogram { Categories = ["low", "high"], Counts = [1, 1] }, DataType.Int64));

    [Fact]
    public void Counting_allocates_nothing()
    {
        const int rows = 20_000;
        var random = new Random(7);
        List<(FeatureBins Bins, FeatureCounts Counts, Column Column)> all = [];
        foreach (DataType type in (DataType[])[DataType.Float64, DataType.Float32, DataType.Int64, DataType.Int32, DataType.Bool])
        {
            Column column = Column.Create(new Field("x", type));
            column.Reset(rows);
            for (int i = 0; i < rows; i++)
                Set(column, i, random.Next(2));
            column.SetNull(5);
            (FeatureBins bins, FeatureCounts counts) = Make(new Histogram { Edges = [0, 0.5, 1], Counts = [1, 1] }, type);
            all.Add((bins, counts, column));
        }

        var text = (Utf8Column)Column.Create(new Field("t", DataType.String));
        text.Reset(rows);
        for (int i = 0; i < rows; i++)
            text.Append(i % 2 == 0 ? "even"u8 : "odd"u8);
        (FeatureBins words, FeatureCounts ofWords) = Make(new Histogram { Categories = ["even"], Counts = [1] }, DataType.String);
        all.Add((words, ofWords, text));
        var entries = new TextEntries();
        entries.Add("even"u8);
        entries.Add("odd"u8);
        var referring = (Utf8Column)Column.Create(new Field("t", DataType.String));
        referring.Reset(rows);
        Span<ushort> entryOf = referring.ReferTo(entries);
        for (int i = 0; i < rows; i++)
            entryOf[i] = (ushort)(1 + (i % 2));
        all.Add((words, ofWords, referring));

        void Count()
        {
            foreach ((FeatureBins bins, FeatureCounts counts, Column column) in all)
                bins.Count(column, 0, rows, counts);
        }

        Count();
        Assert.Equal(0, Allocations.Least(Count));
    }

    private static void Check<T>(DataType type, Gen<T> value, Func<T, double> number)
        where T : unmanaged =>
        Gen.Select(ManyEdges, value.Array[0, 100], Gen.Int[0, 1 << 20], Gen.Bool).Sample(
            (edges, values, seed, nulls) =>
            {
                // Long enough for whole vectors, several blocks and what is left over.
                var random = new Random(seed);
                int rows = values.Length == 0 ? 0 : random.Next(9_000), start = random.Next(rows + 1), length = random.Next(rows - start + 1);
                var column = (Column<T>)Column.Create(new Field("x", type));
                column.Reset(rows);
                for (int i = 0; i < rows; i++)
                    column.Values[i] = values[random.Next(values.Length)];
                for (int i = 0; nulls && i < rows; i += random.Next(1, 500))
                    column.SetNull(i);
                (FeatureBins bins, FeatureCounts counts) = Make(new Histogram { Edges = edges, Counts = new double[edges.Length - 1] }, type);

                bins.Count(column, start, length, counts);

                (long[] expected, long missing) = Plain(column, start, length, edges, number);
                Assert.Equal(expected, counts.Bins);
                Assert.Equal(missing, counts.Missing);
            },
            iter: 60);

    private static (long[] Bins, long Missing) Plain<T>(Column<T> column, int start, int length, double[] edges, Func<T, double> number)
        where T : unmanaged
    {
        var bins = new long[edges.Length + 1];
        long missing = 0;
        for (int row = start; row < start + length; row++)
            if (column.IsNull(row) || double.IsNaN(number(column.Values[row])))
                missing++;
            else
                bins[edges.Where((e, i) => i < edges.Length - 1 ? !IsBelow(column.Values[row], e) : IsAbove(column.Values[row], e)).Count()]++;
        return (bins, missing);

        // A long and a double are compared as what they are, not rounded to one type.
        bool IsBelow(T value, double edge) => value is long whole ? edge > 9e18 || (edge > -9.3e18 && whole < (decimal)Math.Ceiling(edge)) : number(value) < As(value, edge);
        bool IsAbove(T value, double edge) => value is long whole ? edge < -9.3e18 || (edge < 9e18 && whole > (decimal)Math.Floor(edge)) : number(value) > As(value, edge);
        double As(T value, double edge) => value is float ? Math.Clamp((float)edge, float.MinValue, float.MaxValue) : edge;
    }

    private static (FeatureBins, FeatureCounts) Make(Histogram histogram, DataType type) => (FeatureBins.Of(histogram, type)!, FeatureCounts.For(histogram));

    private static void Set(Column column, int row, double value)
    {
        switch (column)
        {
            case Column<double> c:
                c.Values[row] = value;
                break;
            case Column<float> c:
                c.Values[row] = (float)value;
                break;
            case Column<long> c:
                c.Values[row] = (long)value;
                break;
            case Column<int> c:
                c.Values[row] = (int)value;
                break;
            case Column<bool> c:
                c.Values[row] = value != 0;
                break;
        }
    }
}
