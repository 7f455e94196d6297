using System.Numerics;
using BatchFunctions.Data;

namespace BatchFunctions.Models.Filling;

/// <summary>A feature whose categories become one number each. What a number comes to, clipped and scaled, is worked out once.</summary>
/// <typeparam name="T">The tensor's element; a byte of 0 or 1 for booleans.</typeparam>
internal sealed class CodeFiller<T>(FeatureSource source) : FeatureFiller<T>
    where T : unmanaged, INumber<T>
{
    // Behind the one for missing values and the one for values that are no category.
    private const int FirstCategory = 2;

    private readonly CategoryCodes _codes = new(source);
    private readonly T[] _numbers =
    [
        T.CreateTruncating(source.Finish(source.Fill)),
        T.CreateTruncating(source.Finish(source.UnseenNumber)),
        .. Enumerable.Range(0, source.Feature.Categories!.Count).Select(code => T.CreateTruncating(source.Finish(source.Number(code)))),
    ];

    public override void Fill(RecordBatch batch, int start, int count, Span<T> lanes)
    {
        T[] numbers = _numbers;
        ReadOnlySpan<int> codes = _codes.Of(batch, start, count);
        Span<T> values = lanes[..codes.Length];
        for (int i = 0; i < codes.Length; i++)
            values[i] = numbers[codes[i] + FirstCategory];
    }
}
