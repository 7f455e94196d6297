using BatchFunctions.Data;
using BatchFunctions.Pipelines;
using BatchFunctions.Scoring;
using CsCheck;

namespace BatchFunctions.Tests.Scoring;

public sealed class RecordValidatorTests
{
    private static readonly Gen<long> Whole = Gen.OneOf(Gen.Long[-3, 103], Gen.Long, Gen.OneOf<long>(long.MinValue, long.MaxValue, (1L << 53) + 1));

    private static readonly Gen<double> Number = Gen.OneOf(Gen.Double[-3, 103], Gen.OneOf<double>(double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, 100));

    private static readonly Gen<double?> Limit =
        Gen.OneOf(Gen.OneOf<double?>(null, 0, 100, 0.5, -9.3e18, 9.3e18, 9223372036854775807, -9223372036854775808, 9007199254740992), Gen.Double[-3, 103].Select(limit => (double?)limit));

    [Fact]
    public void A_number_outside_its_range_is_a_fault_and_both_ends_are_inside()
    {
        RecordBatch batch = Numbers("age", [0, -1, 130, 131], []);

        List<RecordFault> faults = Validate(batch, "age", new ColumnRule { Min = 0, Max = 130 });

        Assert.Equal([(1, FaultCodes.OutOfRange), (3, FaultCodes.OutOfRange)], faults.Select(f => (f.Row, f.Code)));
        Assert.Equal("'age' is 131; 0 to 130 is allowed.", faults[1].Reason);
    }

    [Fact]
    public void Ranges_hold_for_any_whole_numbers_and_any_limits() => Gen.Select(Whole.Array[0, 100], Limit, Limit).Sample((values, min, max) =>
    {
        List<RecordFault> faults = Validate(Numbers("n", values, []), "n", new ColumnRule { Min = min, Max = max });

        Assert.Equal(Rows(values.Length, i => values[i] < min || values[i] > max), faults.Select(f => f.Row));
    });

    [Fact]
    public void Ranges_hold_for_any_numbers_and_any_limits() => Gen.Select(Number.Array[0, 100], Limit, Limit).Sample((values, min, max) =>
    {
        var batch = new RecordBatch();
        batch.Reset(new Schema([new Field("n", DataType.Float64)]), values.Length);
        values.CopyTo(((Column<double>)batch.Columns[0]).Values);

        Assert.Equal(
            Rows(values.Length, i => values[i] < min || values[i] > max),
            Validate(batch, "n", new ColumnRule { Min = min, Max = max }).Select(f => f.Row));
        Assert.Equal(
            Rows(values.Length, i => double.IsNaN(values[i])),
            Validate(batch, "n", new ColumnRule { Missing = MissingAction.Reject }).Select(f => f.Row));
    });

    [Fact]
    public void A_missing_value_breaks_only_the_rule_that_speaks_of_missing_values()
    {
        RecordBatch batch = Numbers("age", [5, 5, 5], [1]);

        Assert.Empty(Validate(batch, "age", new ColumnRule { Min = 0, Max = 10 }));
        RecordFault fault = Assert.Single(Validate(batch, "age", new ColumnRule { Missing = MissingAction.Reject }));
        Assert.Equal((1, "age", FaultCodes.Missing), (fault.Row, fault.Column, fault.Code));
    }

    [Fact]
    public void A_required_column_needs_no_rule()
    {
        RecordBatch batch = Numbers("id", [1, 2], [0]);
        List<RecordFault> faults = [];

        new RecordValidator(batch.Schema, new Dictionary<string, ColumnRule>(), ["id"]).Validate(batch, faults);

        Assert.Equal(0, Assert.Single(faults).Row);
    }

    [Fact]
    public void A_text_outside_the_allowed_values_is_a_fault_that_names_both()
    {
        RecordBatch batch = Texts("region", ["north", "nort", null, ""]);

        List<RecordFault> faults = Validate(batch, "region", new ColumnRule { Allowed = ["north", "south"] });

        Assert.Equal([1, 3], faults.Select(f => f.Row));
        Assert.Equal("'region' is 'nort'; allowed are north, south.", faults[0].Reason);
    }

    [Fact]
    public void A_number_can_be_held_to_allowed_values_too()
    {
        RecordBatch batch = Numbers("code", [1, 2, 3], []);

        Assert.Equal([2], Validate(batch, "code", new ColumnRule { Allowed = ["1", "2"] }).Select(f => f.Row));
    }

    [Fact]
    public void NaN_is_a_missing_number_and_never_out_of_range()
    {
        var batch = new RecordBatch();
        batch.Reset(new Schema([new Field("income", DataType.Float64)]), 2);
        ((Column<double>)batch.Columns[0]).Values[0] = double.NaN;
        ((Column<double>)batch.Columns[0]).Values[1] = 1;

        Assert.Empty(Validate(batch, "income", new ColumnRule { Min = 0, Max = 10 }));
        RecordFault fault = Assert.Single(Validate(batch, "income", new ColumnRule { Min = 0, Missing = MissingAction.Reject }));
        Assert.Equal((0, FaultCodes.Missing), (fault.Row, fault.Code));
    }

    [Fact]
    public void A_bound_that_no_float32_can_be_allows_the_float32_next_to_it()
    {
        var batch = new RecordBatch();
        batch.Reset(new Schema([new Field("share", DataType.Float32)]), 3);
        new[] { 0.1f, 0.7f, 0.11f }.CopyTo(((Column<float>)batch.Columns[0]).Values);

        Assert.Equal([1, 2], Validate(batch, "share", new ColumnRule { Max = 0.1 }).Select(f => f.Row));
        Assert.Equal([0, 2], Validate(batch, "share", new ColumnRule { Min = 0.7 }).Select(f => f.Row));
    }

    [Fact]
    public void Allowed_flags_and_dates_are_written_as_in_files()
    {
        var batch = new RecordBatch();
        batch.Reset(new Schema([new Field("flag", DataType.Bool), new Field("day", DataType.Date)]), 2);
        ((Column<bool>)batch.Columns[0]).Values[0] = true;
        ((Column<bool>)batch.Columns[0]).Values[1] = false;
        ((Column<int>)batch.Columns[1]).Values[0] = 20_492;
        ((Column<int>)batch.Columns[1]).Values[1] = 20_493;

        Assert.Equal([1], Validate(batch, "flag", new ColumnRule { Allowed = ["true"] }).Select(f => f.Row));
        Assert.Equal([1], Validate(batch, "day", new ColumnRule { Allowed = ["2026-02-08"] }).Select(f => f.Row));
    }

    [Fact]
    public void A_text_over_the_limit_is_a_fault_also_without_a_rule()
    {
        RecordBatch batch = Texts("note", [new string('x', 65_536), new string('x', 65_537)]);
        List<RecordFault> faults = [];

        new RecordValidator(batch.Schema, new Dictionary<string, ColumnRule>(), []).Validate(batch, faults);

        Assert.Equal((1, FaultCodes.TooLong), (faults.Single().Row, faults.Single().Code));
    }

    private static IEnumerable<int> Rows(int count, Func<int, bool> isFault) => Enumerable.Range(0, count).Where(isFault);

    private static List<RecordFault> Validate(RecordBatch batch, string column, ColumnRule rule)
    {
        List<RecordFault> faults = [];
        new RecordValidator(batch.Schema, new Dictionary<string, ColumnRule> { [column] = rule }, []).Validate(batch, faults);
        return faults;
    }

    private static RecordBatch Numbers(string name, long[] values, int[] nulls)
    {
        var batch = new RecordBatch();
        batch.Reset(new Schema([new Field(name, DataType.Int64)]), values.Length);
        values.CopyTo(((Column<long>)batch.Columns[0]).Values);
        foreach (int row in nulls)
            batch.Columns[0].SetNull(row);
        return batch;
    }

    private static RecordBatch Texts(string name, string?[] values)
    {
        var batch = new RecordBatch();
        batch.Reset(new Schema([new Field(name, DataType.String)]), values.Length);
        foreach (string? value in values)
        {
            if (value is null)
                ((Utf8Column)batch.Columns[0]).AppendNull();
            else
                ((Utf8Column)batch.Columns[0]).Append(value);
        }

        return batch;
    }
}
