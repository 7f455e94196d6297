namespace BatchFunctions.Data.Text;

/// <summary>A type of value that is, when short, nothing but digits and perhaps a point, so that many cells can be read at once.</summary>
/// <typeparam name="T">What the value becomes.</typeparam>
internal interface IDigitCell<T> : ICell<T>
    where T : unmanaged
{
    /// <summary>Whether one point among the digits is allowed.</summary>
    static abstract bool HasPoint { get; }

    /// <summary>The value of digits.</summary>
    /// <param name="digits">All digits as one number of at most eight.</param>
    /// <param name="scale">How many of them stand behind the point.</param>
    static abstract T FromDigits(uint digits, int scale);
}
