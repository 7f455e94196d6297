using System.Runtime.Intrinsics;

namespace BatchFunctions.Data.Text;

/// <summary>A type of value that is mostly nothing but digits, perhaps with a point and a minus, so that many cells can be read at once.</summary>
/// <typeparam name="T">What the value becomes.</typeparam>
internal interface IDigitCell<T> : ICell<T>
    where T : unmanaged
{
    /// <summary>Whether one point among the digits is allowed.</summary>
    static abstract bool HasPoint { get; }

    /// <summary>The most digits, 8 or 16, that always make a value.</summary>
    static abstract int MaxDigits { get; }

    /// <summary>Writes the values of <see cref="DigitLanes.Count"/> cells.</summary>
    /// <param name="digits">All digits as one number.</param>
    /// <param name="powers">Ten to the power of the number of digits behind the point.</param>
    /// <param name="minus">All bits where the value is negative, else none.</param>
    /// <param name="to">Where the values go.</param>
    static abstract void Store(Vector256<ulong> digits, Vector256<ulong> powers, Vector256<ulong> minus, ref T to);
}
