using System.Numerics;
using BatchFunctions.Data;

namespace BatchFunctions.Models.Filling;

/// <summary>
/// A feature whose categories become one number each, or whose words their position. What a number comes to, clipped and scaled, is worked out once.
/// </summary>
/// <typeparam name="T">The tensor's element; a byte of 0 or 1 for booleans.</typeparam>
internal sealed class CodeFiller<T> : FeatureFiller<T>
    where T : unmanaged, INumber<T>
{
    // Behind the one for missing values and the one for values that are no category.
    private const int FirstCategory = 2;

    private readonly FeatureSource _source;
    private readonly CategoryCodes _codes;
    private readonly EntryValues<T> _ofEntries;
    private readonly T[] _numbers;

    public CodeFiller(FeatureSource source)
    {
        _source = source;
        _codes = new CategoryCodes(source);
        _numbers =
        [
            T.CreateTruncating(source.Finish(source.Fill)),
            T.CreateTruncating(source.Finish(source.UnseenNumber)),
            .. Enumerable.Range(0, source.CodeCount!.Value).Select(code => T.CreateTruncating(source.Finish(source.Number(code)))),
        ];
        _ofEntries = new(_numbers[CategoryCodes.Missing + FirstCategory], text => _numbers[source.TextCodes!.Find(text) + FirstCategory]);
    }

    public override void Fill(RecordBatch batch, int start, int count, Span<T> lanes)
    {
        Span<T> values = lanes[..count];
        if (_source.Column >= 0 && batch.Columns[_source.Column] is Utf8Column { Entries: { } entries } text)
        {
            ReadOnlySpan<T> known = _ofEntries.Of(entries);
            ReadOnlySpan<ushort> entryOf = text.EntryOf.Slice(start, count);
            for (int i = 0; i < values.Length; i++)
                values[i] = known[entryOf[i]];
            return;
        }

        T[] numbers = _numbers;
        ReadOnlySpan<int> codes = _codes.Of(batch, start, count);
        for (int i = 0; i < values.Length; i++)
            values[i] = numbers[codes[i] + FirstCategory];
    }
}
