using System.Buffers;
using System.Globalization;
using System.Numerics.Tensors;
using BatchFunctions.Data;
using BatchFunctions.Pipelines;

namespace BatchFunctions.Models;

/// <summary>
/// A model's features tied to the columns of the batches that will be scored. It tells which records the model cannot take, so that
/// they are out before <see cref="ModelRunner.Run"/>. Immutable; shared by all workers.
/// </summary>
public sealed class FeaturePreparation
{
    internal FeaturePreparation(ModelSignature signature, Schema columns, IReadOnlyDictionary<string, MissingAction> missing)
    {
        (Signature, Columns) = (signature, columns);
        List<string> problems = [];
        Inputs = [.. signature.Inputs.Select(i => i.Features.Select(f => Bind(f, i.Words, columns, missing, problems)).ToArray())];
        if (problems.Count > 0)
            throw new BatchFunctionsException(ErrorKind.Request, $"The input does not fit the model {signature.Model}: {string.Join("; ", problems.Distinct())}.");
    }

    /// <summary>What the model takes and gives.</summary>
    public ModelSignature Signature { get; }

    /// <summary>The columns that every batch must have.</summary>
    public Schema Columns { get; }

    /// <summary>The features of each model input.</summary>
    internal FeatureSource[][] Inputs { get; }

    /// <summary>
    /// Adds a fault for every value in <paramref name="batch"/> that the model cannot take: missing where it must not be (NaN counts as
    /// missing), not finite, too large for the model's type, not a known category. A batch without such values costs one vectorised
    /// pass over its numbers and one lookup for each encoded text, or for each entry of a dictionary of them. Records with a fault of the reader must be out already.
    /// </summary>
    /// <param name="batch">The batch, of <see cref="Columns"/>.</param>
    /// <param name="faults">Where the faults go, feature by feature, each in row order; a record may get several. Rows are those of the batch as it is now.</param>
    public void Check(RecordBatch batch, List<RecordFault> faults)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(faults);
        if (batch.RowCount == 0)
            return;
        foreach (FeatureSource[] input in Inputs)
            foreach (FeatureSource source in input)
                CheckFeature(source, batch, faults);
    }

    private static void CheckFeature(FeatureSource source, RecordBatch batch, List<RecordFault> faults)
    {
        if (source.Column < 0)
            return;
        Column column = batch.Columns[source.Column];
        if (source.Missing is MissingPolicy.Reject && column.HasNulls)
        {
            ReadOnlySpan<bool> nulls = column.Nulls;
            for (int row = nulls.IndexOf(true); row >= 0;)
            {
                faults.Add(MissingFault(source, batch, row));
                int next = nulls[(row + 1)..].IndexOf(true);
                row = next < 0 ? -1 : row + 1 + next;
            }
        }

        switch (column)
        {
            case Column<float> c:
                CheckFloats<float>(source, c, c.Values, float.MaxValue, batch, faults);
                break;
            case Column<double> c:
                CheckFloats<double>(source, c, c.Values, source.Feature.TensorType is DataType.Float32 && !source.IsEncoded && !source.IsBounded ? float.MaxValue : double.MaxValue, batch, faults);
                break;
            case Column<long> c when source.Feature.TensorType is DataType.Int32 or DataType.Bool && !source.IsEncoded && !source.IsBounded:
                CheckIntegers<long>(source, c, c.Values, batch, faults);
                break;
            case Column<int> c when source.Feature.TensorType is DataType.Bool && !source.IsEncoded:
                CheckIntegers<int>(source, c, c.Values, batch, faults);
                break;
            default:
                break;
        }

        if (source is { IsEncoded: true, RejectsUnseen: true })
            CheckCategories(source, column, batch, faults);
    }

    private static void CheckFloats<T>(FeatureSource source, Column<T> column, ReadOnlySpan<T> values, double largest, RecordBatch batch, List<RecordFault> faults)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        bool whole = source.Feature.TensorType is DataType.Int32 or DataType.Int64 or DataType.Bool && !source.IsEncoded;
        // The largest magnitude is NaN where any value is, so one pass clears a column without anything remarkable. Nulls' undefined
        // values can only make it look closer.
        if (!whole && Math.Abs(double.CreateTruncating(TensorPrimitives.MaxMagnitude(values))) <= largest)
            return;
        for (int row = 0; row < values.Length; row++)
        {
            if (column.IsNull(row))
                continue;
            double value = double.CreateTruncating(values[row]);
            if (double.IsNaN(value))
            {
                if (source.Missing is MissingPolicy.Reject)
                    faults.Add(MissingFault(source, batch, row));
            }
            else if (!double.IsFinite(value))
            {
                faults.Add(Fault(source, batch, row, FaultCodes.OutOfRange, $"{Text(value)} is not finite"));
            }
            else if (Math.Abs(value) > largest)
            {
                faults.Add(Fault(source, batch, row, FaultCodes.OutOfRange, $"{Text(value)} is too large for the model's float32 input"));
            }
            else if (whole)
            {
                if (!double.IsInteger(value))
                    faults.Add(Fault(source, batch, row, FaultCodes.WrongType, $"{Text(value)} is not a whole number"));
                else if (!source.IsBounded && !InRange(source, value))
                    faults.Add(OutOfRangeFault(source, batch, row, Text(value)));
            }
        }
    }

    private static void CheckIntegers<T>(FeatureSource source, Column<T> column, ReadOnlySpan<T> values, RecordBatch batch, List<RecordFault> faults)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        if (InRange(source, double.CreateTruncating(TensorPrimitives.Min(values))) && InRange(source, double.CreateTruncating(TensorPrimitives.Max(values))))
            return;
        for (int row = 0; row < values.Length; row++)
            if (!column.IsNull(row) && !InRange(source, double.CreateTruncating(values[row])))
                faults.Add(OutOfRangeFault(source, batch, row, values[row].ToString(null, CultureInfo.InvariantCulture)));
    }

    private static void CheckCategories(FeatureSource source, Column column, RecordBatch batch, List<RecordFault> faults)
    {
        if (column is Utf8Column { Entries: { } entries } words)
        {
            CheckEntries(source, words, entries, batch, faults);
            return;
        }

        if (column is Utf8Column text)
        {
            for (int row = 0; row < text.Length; row++)
                if (source.TextCodes!.Find(text[row]) < 0 && !text.IsNull(row))
                    faults.Add(CategoryFault(source, batch, row, $"'{text.GetString(row)}'"));
            return;
        }

        for (int row = 0; row < column.Length; row++)
            if (!column.IsNull(row) && !IsMissingNumber(column, row) && (FeatureSource.WholeNumber(column, row) is not { } value || source.CodeOf(value) < 0))
                faults.Add(CategoryFault(source, batch, row, string.Create(CultureInfo.InvariantCulture, $"{column.GetValue(row)}")));
    }

    private static void CheckEntries(FeatureSource source, Utf8Column column, TextEntries entries, RecordBatch batch, List<RecordFault> faults)
    {
        bool[] unknown = ArrayPool<bool>.Shared.Rent(entries.Count + 1);
        bool any = unknown[0] = false;
        for (int number = 1; number <= entries.Count; number++)
            any |= unknown[number] = source.TextCodes!.Find(entries[number]) < 0;
        if (any)
        {
            ReadOnlySpan<ushort> entryOf = column.EntryOf;
            for (int row = 0; row < entryOf.Length; row++)
                if (unknown[entryOf[row]])
                    faults.Add(CategoryFault(source, batch, row, $"'{column.GetString(row)}'"));
        }

        ArrayPool<bool>.Shared.Return(unknown);
    }

    private static bool IsMissingNumber(Column column, int row) => column switch
    {
        Column<double> c => double.IsNaN(c.Values[row]),
        Column<float> c => float.IsNaN(c.Values[row]),
        _ => false,
    };

    private static bool InRange(FeatureSource source, double value) => source.Feature.TensorType switch
    {
        DataType.Int32 => value is >= int.MinValue and <= int.MaxValue,
        DataType.Bool => value is 0 or 1,
        // 2^63 itself is a double, the largest long is not.
        _ => value is >= long.MinValue and < 9223372036854775808.0,
    };

    private static RecordFault MissingFault(FeatureSource source, RecordBatch batch, int row) =>
        Fault(source, batch, row, FaultCodes.Missing, "the value is missing, and the model has nothing to put in its place");

    private static RecordFault OutOfRangeFault(FeatureSource source, RecordBatch batch, int row, string value) =>
        Fault(source, batch, row, FaultCodes.OutOfRange, $"{value} does not fit the model's {ModelSignature.Name(source.Feature.TensorType)} input");

    private static RecordFault CategoryFault(FeatureSource source, RecordBatch batch, int row, string value)
    {
        IReadOnlyList<string> categories = source.Feature.Categories!;
        string known = string.Join(", ", categories.Take(10));
        return Fault(source, batch, row, FaultCodes.NotAllowed, $"{value} is none of the categories that the model knows ({known}{(categories.Count > 10 ? ", …" : "")})");
    }

    private static RecordFault Fault(FeatureSource source, RecordBatch batch, int row, string code, string reason) =>
        new(row, source.Feature.Name, code, reason);

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static FeatureSource Bind(ModelFeature feature, Utf8Lookup? words, Schema columns, IReadOnlyDictionary<string, MissingAction> overrides, List<string> problems)
    {
        int column = columns.IndexOf(feature.Name);
        if (column < 0)
        {
            string near = NearestWord.Find(feature.Name, columns.Select(c => c.Name)) is { } name ? $" (the nearest is '{name}')" : "";
            if (!feature.Optional)
                problems.Add($"there is no column '{feature.Name}'{near}");
            return new(feature, -1, feature.Missing, words);
        }

        DataType type = columns[column].Type;
        if ((feature.Type is DataType.String) != (type is DataType.String) || type is DataType.Decimal or DataType.Date or DataType.Timestamp)
            problems.Add($"column '{feature.Name}' is {ModelSignature.Name(type)} and the model takes {ModelSignature.Name(feature.Type)}");
        return new(feature, column, overrides.TryGetValue(feature.Name, out MissingAction action) ? Rule(feature, action, problems) : feature.Missing, words);
    }

    private static MissingRule Rule(ModelFeature feature, MissingAction action, List<string> problems)
    {
        switch (action)
        {
            case MissingAction.Reject:
                return MissingRule.Reject;
            case MissingAction.Impute:
                if (feature.Missing.Policy is MissingPolicy.Reject)
                    problems.Add($"the pipeline imputes missing values of '{feature.Name}', but the model's manifest has no value for it. Write missing: VALUE in the manifest, or missing: reject in the pipeline");
                return feature.Missing;
            default:
                if (feature.TensorType is DataType.String)
                    return MissingRule.Impute("");
                if (feature.Encode is not FeatureEncoding.Ordinal)
                    return MissingRule.Zeros;
                if (feature.TensorType is not (DataType.Float32 or DataType.Float64))
                    problems.Add($"the pipeline allows missing values of '{feature.Name}', but the model's {ModelSignature.Name(feature.TensorType)} input cannot hold them. Write missing: reject or missing: impute");
                return MissingRule.Nan;
        }
    }
}
