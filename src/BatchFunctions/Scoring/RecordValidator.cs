using System.Globalization;
using System.Numerics.Tensors;
using System.Text;
using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Scoring;

/// <summary>Checks a batch's values against the rules of the pipeline, column by column. One worker owns one.</summary>
internal sealed class RecordValidator
{
    private const int DefaultMaxLength = 65_536;
    private const int ShownCharacters = 80;

    private readonly Check[] _checks;

    /// <summary>Compiles <paramref name="rules"/> for batches of <paramref name="schema"/>.</summary>
    /// <param name="schema">The columns of the batches to come.</param>
    /// <param name="rules">Rules by column name; each names a column of <paramref name="schema"/>.</param>
    /// <param name="required">Columns, besides the rules', in which a missing value makes a reject.</param>
    public RecordValidator(Schema schema, IReadOnlyDictionary<string, ColumnRule> rules, IEnumerable<string> required)
    {
        HashSet<string> mustBeThere = [.. required];
        List<Check> checks = [];
        for (int i = 0; i < schema.Count; i++)
        {
            rules.TryGetValue(schema[i].Name, out ColumnRule? rule);
            bool rejectMissing = rule?.Missing == MissingAction.Reject || (rule?.Missing is null && mustBeThere.Contains(schema[i].Name));
            if (rule is not null || rejectMissing || schema[i].Type == DataType.String)
                checks.Add(new Check(i, schema[i], rule, rejectMissing));
        }

        _checks = [.. checks];
    }

    /// <summary>Adds a fault for each value of <paramref name="batch"/> that breaks a rule.</summary>
    /// <param name="batch">A batch as it was read.</param>
    /// <param name="faults">Where the faults go.</param>
    public void Validate(RecordBatch batch, List<RecordFault> faults)
    {
        foreach (Check check in _checks)
            check.Run(batch.Columns[check.Ordinal], faults);
    }

    private static string Shorten(string text) => text.Length <= ShownCharacters ? text : string.Concat(text.AsSpan(0, ShownCharacters), "…");

    private sealed class Check
    {
        private readonly Field _field;
        private readonly bool _rejectMissing;
        private readonly double _min;
        private readonly double _max;
        private readonly bool _bounded;
        private readonly NumberRange<long> _wholes;
        private readonly NumberRange<double> _numbers;
        private readonly int _maxLength;
        private readonly IReadOnlyList<string>? _allowed;
        private readonly Utf8Lookup? _allowedText;
        private readonly HashSet<string>? _allowedValues;
        private readonly EntryValues<bool> _unfitEntries;

        public Check(int ordinal, Field field, ColumnRule? rule, bool rejectMissing)
        {
            Ordinal = ordinal;
            _field = field;
            _rejectMissing = rejectMissing;
            _min = rule?.Min ?? double.NegativeInfinity;
            _max = rule?.Max ?? double.PositiveInfinity;
            _bounded = rule?.Min is not null || rule?.Max is not null;
            _wholes = WholesBetween(_min, _max);
            _numbers = new(_min, _max);
            _maxLength = rule?.MaxLength ?? DefaultMaxLength;
            _allowed = rule?.Allowed;
            if (_allowed is not null && field.Type == DataType.String)
                _allowedText = new Utf8Lookup([.. _allowed.Distinct(StringComparer.Ordinal)]);
            else if (_allowed is not null)
                _allowedValues = [.. _allowed];
            _unfitEntries = new(false, value => !IsFit(value));
        }

        public int Ordinal { get; }

        public void Run(Column column, List<RecordFault> faults)
        {
            if (_rejectMissing)
                Missing(column, faults);
            switch (column)
            {
                case Utf8Column text:
                    Text(text, faults);
                    break;
                case Column<long> whole:
                    if (_bounded)
                        Whole(whole, faults);
                    break;
                case Column<double> number:
                    if (_bounded)
                        Number(number, faults);
                    break;
                default:
                    if (_bounded)
                        Other(column, faults);
                    break;
            }

            if (_allowedValues is not null)
                Allowed(column, faults);
        }

        // NaN is how files without nulls write a missing number.
        private void Missing(Column column, List<RecordFault> faults)
        {
            bool numbers = column is Column<float> or Column<double>;
            if (!column.HasNulls && !HasNaN(column))
                return;
            for (int i = 0; i < column.Length; i++)
                if (column.IsNull(i) || (numbers && IsNaN(column, i)))
                    faults.Add(new RecordFault(i, _field.Name, FaultCodes.Missing, $"'{_field.Name}' is missing."));
        }

        private static bool HasNaN(Column column) => column switch
        {
            Column<double> c => TensorPrimitives.IsNaNAny<double>(c.Values),
            Column<float> c => TensorPrimitives.IsNaNAny<float>(c.Values),
            _ => false,
        };

        private static bool IsNaN(Column column, int row) => column switch
        {
            Column<double> c => double.IsNaN(c.Values[row]),
            Column<float> c => float.IsNaN(c.Values[row]),
            _ => false,
        };

        private void Whole(Column<long> column, List<RecordFault> faults)
        {
            ReadOnlySpan<long> values = column.Values;
            if (_wholes.HoldsAll(values))
                return;
            for (int i = 0; i < values.Length; i++)
                if ((values[i] < _min || values[i] > _max) && !column.IsNull(i))
                    faults.Add(OutOfRange(i, values[i].ToString(CultureInfo.InvariantCulture)));
        }

        private void Number(Column<double> column, List<RecordFault> faults)
        {
            ReadOnlySpan<double> values = column.Values;
            if (_numbers.HoldsAll(values))
                return;
            for (int i = 0; i < values.Length; i++)
                if ((values[i] < _min || values[i] > _max) && !column.IsNull(i))
                    faults.Add(OutOfRange(i, values[i].ToString("R", CultureInfo.InvariantCulture)));
        }

        // Limits beyond all whole numbers hold none, so that each number is looked at by itself.
        private static NumberRange<long> WholesBetween(double min, double max) => min >= -(double)long.MinValue || max < long.MinValue
            ? new(long.MaxValue, long.MinValue)
            : new(long.CreateSaturating(Math.Ceiling(min)), long.CreateSaturating(Math.Floor(max)));

        private void Other(Column column, List<RecordFault> faults)
        {
            for (int i = 0; i < column.Length; i++)
            {
                if (column.IsNull(i))
                    continue;
                // A bound that no float32 can be is the float32 next to it: 0.1 allows 0.1.
                if (column is Column<float> single)
                {
                    if (single.Values[i] < (float)_min || single.Values[i] > (float)_max)
                        faults.Add(OutOfRange(i, single.Values[i].ToString("R", CultureInfo.InvariantCulture)));
                    continue;
                }

                double value = column switch
                {
                    Column<int> c => c.Values[i],
                    Column<decimal> c => (double)c.Values[i],
                    Column<bool> c => c.Values[i] ? 1 : 0,
                    _ => 0,
                };
                if (value < _min || value > _max)
                    faults.Add(OutOfRange(i, string.Create(CultureInfo.InvariantCulture, $"{column.GetValue(i)}")));
            }
        }

        private void Text(Utf8Column column, List<RecordFault> faults)
        {
            if (column.Entries is { } entries)
            {
                ReadOnlySpan<bool> unfit = _unfitEntries.Of(entries);
                if (!unfit.Contains(true))
                    return;
                ReadOnlySpan<ushort> entryOf = column.EntryOf;
                for (int i = 0; i < entryOf.Length; i++)
                    if (unfit[entryOf[i]])
                        faults.Add(Misfit(i, column[i]));
                return;
            }

            for (int i = 0; i < column.Length; i++)
                if (!IsFit(column[i]) && !column.IsNull(i))
                    faults.Add(Misfit(i, column[i]));
        }

        private bool IsFit(ReadOnlySpan<byte> value) => value.Length <= _maxLength && (_allowedText is null || _allowedText.Find(value) >= 0);

        private RecordFault Misfit(int row, ReadOnlySpan<byte> value) => value.Length > _maxLength
            ? new RecordFault(row, _field.Name, FaultCodes.TooLong, $"'{_field.Name}' is {value.Length} bytes long; {_maxLength} are allowed.")
            : NotAllowed(row, Encoding.UTF8.GetString(value));

        private void Allowed(Column column, List<RecordFault> faults)
        {
            for (int i = 0; i < column.Length; i++)
                if (!column.IsNull(i) && TextOf(column.GetValue(i)) is var value && !_allowedValues!.Contains(value))
                    faults.Add(NotAllowed(i, value));
        }

        // As values stand in files and pipelines.
        private static string TextOf(object? value) => value switch
        {
            bool flag => flag ? "true" : "false",
            DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            DateTime time => time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
            _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
        };

        private RecordFault OutOfRange(int row, string value) =>
            new(row, _field.Name, FaultCodes.OutOfRange, string.Create(CultureInfo.InvariantCulture, $"'{_field.Name}' is {value}; {Range()} is allowed."));

        private string Range() => (double.IsInfinity(_min), double.IsInfinity(_max)) switch
        {
            (false, false) => string.Create(CultureInfo.InvariantCulture, $"{_min} to {_max}"),
            (false, true) => string.Create(CultureInfo.InvariantCulture, $"{_min} or more"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{_max} or less"),
        };

        private RecordFault NotAllowed(int row, string value) =>
            new(row, _field.Name, FaultCodes.NotAllowed, $"'{_field.Name}' is '{Shorten(value)}'; allowed are {Shorten(string.Join(", ", _allowed!))}.");
    }
}
