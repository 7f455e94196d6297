using System.Numerics;
using BatchFunctions.Data;

namespace BatchFunctions.Models.Filling;

/// <summary>A feature whose categories have an element each: 1 for the value's own, 0 for the others.</summary>
/// <typeparam name="T">The tensor's element; a byte of 0 or 1 for booleans.</typeparam>
internal sealed class OneHotFiller<T> : FeatureFiller<T>
    where T : unmanaged, INumber<T>
{
    private const int FirstCategory = 2;
    private const int NoLane = -1;

    private readonly CategoryCodes _codes;
    private readonly int[] _lanes;
    private readonly int _width;

    public OneHotFiller(FeatureSource source)
    {
        _codes = new CategoryCodes(source);
        _width = source.Feature.Width;
        int dropped = source.Feature.Encode is FeatureEncoding.OneHotDropFirst ? 1 : 0;
        _lanes = [LaneOf(source.FillCode), LaneOf(source.UnseenCode), .. Enumerable.Range(0, source.Feature.Categories!.Count).Select(LaneOf)];

        int LaneOf(int code) => code < dropped ? NoLane : (code - dropped) * BlockRows;
    }

    public override void Fill(RecordBatch batch, int start, int count, Span<T> lanes)
    {
        for (int lane = 0; lane < _width; lane++)
            lanes.Slice(lane * BlockRows, count).Clear();
        int[] lanesOf = _lanes;
        ReadOnlySpan<int> codes = _codes.Of(batch, start, count);
        for (int i = 0; i < codes.Length; i++)
            if (lanesOf[codes[i] + FirstCategory] is var lane and not NoLane)
                lanes[lane + i] = T.One;
    }
}
