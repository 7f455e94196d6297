using System.Numerics;
using BatchFunctions.Data;

namespace BatchFunctions.Models.Filling;

/// <summary>Turns a feature's values into elements of a numeric tensor, a block of rows at a time. A worker owns one.</summary>
/// <typeparam name="T">The tensor's element; a byte of 0 or 1 for booleans.</typeparam>
internal abstract class FeatureFiller<T>
    where T : unmanaged, INumber<T>
{
    /// <summary>The most rows in a block: as many as stay in the first-level cache.</summary>
    public const int BlockRows = 256;

    /// <summary>Makes the one for <paramref name="source"/>.</summary>
    public static FeatureFiller<T> For(FeatureSource source) => source switch
    {
        { Feature.Encode: not FeatureEncoding.Ordinal } => new OneHotFiller<T>(source),
        { CodeCount: not null } => new CodeFiller<T>(source),
        _ => new NumberFiller<T>(source),
    };

    /// <summary>Fills the lanes of some records, one lane for each element that the feature has in a row.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="start">The first record.</param>
    /// <param name="count">How many; at most <see cref="BlockRows"/>.</param>
    /// <param name="lanes">Where the elements go; a lane starts every <see cref="BlockRows"/> elements.</param>
    public abstract void Fill(RecordBatch batch, int start, int count, Span<T> lanes);
}
