using System.Collections.Frozen;
using System.Globalization;
using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Scoring.Decisions;

/// <summary>Finds the threshold that holds for each record by the value of a column.</summary>
internal sealed class SegmentThresholds
{
    private readonly int _column;
    private readonly Field _field;
    private readonly double[] _limits;
    private readonly double _default;
    private readonly bool _rejectsUnseen;
    private readonly string _known;
    private readonly Utf8Lookup? _texts;
    private readonly EntryValues<int>? _ofEntries;
    private readonly FrozenDictionary<long, int>? _numbers;
    private int[] _found = [];
    private double[] _limitOf = [];

    /// <summary>Compiles thresholds.</summary>
    /// <param name="definition">The thresholds.</param>
    /// <param name="fallback">The threshold of records whose segment has none.</param>
    /// <param name="columns">The columns of every batch.</param>
    /// <param name="round">Makes of a threshold the nearest number that a score can be.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the column cannot hold such segments.</exception>
    public SegmentThresholds(ThresholdsDefinition definition, double fallback, Schema columns, Func<double, double> round)
    {
        _column = columns.IndexOf(definition.By);
        _field = columns[_column];
        string[] segments = [.. definition.Values.Keys];
        _limits = [.. definition.Values.Values.Select(round)];
        _default = round(fallback);
        _rejectsUnseen = definition.Unseen == UnseenSegmentAction.Reject;
        _known = string.Join(", ", segments.Take(10)) + (segments.Length > 10 ? ", …" : "");
        switch (_field.Type)
        {
            case DataType.String:
                _texts = new Utf8Lookup(segments);
                _ofEntries = new(Utf8Lookup.Unknown, _texts.Find);
                break;
            case DataType.Int64 or DataType.Int32:
                _numbers = segments.Index().ToFrozenDictionary(s => Whole(s.Item), s => s.Index);
                break;
            case DataType.Bool:
                _numbers = segments.Index().ToFrozenDictionary(s => Flag(s.Item), s => s.Index);
                break;
            default:
                throw Refusal($"decisions.thresholds.by: '{_field.Name}' is {TypeConversions.NameOf(_field.Type)}; segments are told apart by text, whole numbers, or true and false.");
        }
    }

    /// <summary>Adds a fault for each record whose segment has no threshold, where such records are rejects.</summary>
    public void Check(RecordBatch batch, List<RecordFault> faults)
    {
        if (!_rejectsUnseen)
            return;
        Column column = batch.Columns[_column];
        ReadOnlySpan<int> found = Find(column);
        for (int row = found.IndexOf(-1); row >= 0;)
        {
            faults.Add(column.IsNull(row)
                ? new RecordFault(row, _field.Name, FaultCodes.Missing, $"'{_field.Name}' is missing, and the threshold depends on it.")
                : new RecordFault(row, _field.Name, FaultCodes.NotAllowed, $"'{_field.Name}' is '{column.GetValue(row)}', for which there is no threshold; there are {_known}."));
            int next = found[(row + 1)..].IndexOf(-1);
            row = next < 0 ? -1 : row + 1 + next;
        }
    }

    /// <summary>The threshold for each record of a batch.</summary>
    public ReadOnlySpan<double> Of(RecordBatch batch)
    {
        ReadOnlySpan<int> found = Find(batch.Columns[_column]);
        if (_limitOf.Length < found.Length)
            _limitOf = new double[found.Length];
        for (int i = 0; i < found.Length; i++)
            _limitOf[i] = found[i] < 0 ? _default : _limits[found[i]];
        return _limitOf.AsSpan(0, found.Length);
    }

    private ReadOnlySpan<int> Find(Column column)
    {
        if (_found.Length < column.Length)
            _found = new int[column.Length];
        Span<int> found = _found.AsSpan(0, column.Length);
        switch (column)
        {
            case Utf8Column { Entries: { } entries } texts:
                ReadOnlySpan<int> known = _ofEntries!.Of(entries);
                ReadOnlySpan<ushort> entryOf = texts.EntryOf;
                for (int i = 0; i < found.Length; i++)
                    found[i] = known[entryOf[i]];
                break;
            case Utf8Column texts:
                for (int i = 0; i < found.Length; i++)
                    found[i] = texts.IsNull(i) ? -1 : _texts!.Find(texts[i]);
                break;
            case Column<long> whole:
                for (int i = 0; i < found.Length; i++)
                    found[i] = whole.IsNull(i) ? -1 : _numbers!.GetValueOrDefault(whole.Values[i], -1);
                break;
            case Column<int> whole:
                for (int i = 0; i < found.Length; i++)
                    found[i] = whole.IsNull(i) ? -1 : _numbers!.GetValueOrDefault(whole.Values[i], -1);
                break;
            case Column<bool> flags:
                for (int i = 0; i < found.Length; i++)
                    found[i] = flags.IsNull(i) ? -1 : _numbers!.GetValueOrDefault(flags.Values[i] ? 1 : 0, -1);
                break;
        }

        return found;
    }

    private long Whole(string segment) => long.TryParse(segment, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
        ? number
        : throw Refusal($"decisions.thresholds.values has '{segment}', but '{_field.Name}' is {TypeConversions.NameOf(_field.Type)} and never that.");

    private long Flag(string segment) => bool.TryParse(segment, out bool flag)
        ? flag ? 1 : 0
        : throw Refusal($"decisions.thresholds.values has '{segment}', but '{_field.Name}' is bool: write true and false.");

    private static BatchFunctionsException Refusal(string message) => new(ErrorKind.Request, message);
}
