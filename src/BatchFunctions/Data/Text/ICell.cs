namespace BatchFunctions.Data.Text;

/// <summary>How one type of value is read from text.</summary>
/// <typeparam name="T">What the value becomes.</typeparam>
internal interface ICell<T>
    where T : unmanaged
{
    /// <summary>Reads the <paramref name="length"/> bytes at <paramref name="start"/>, all of them, blanks not allowed.</summary>
    /// <param name="start">The first byte; <see cref="ByteFeed.Slack"/> more bytes can be read behind the last.</param>
    /// <param name="length">The number of bytes, at least one.</param>
    /// <param name="value">The value; undefined where false is returned.</param>
    static abstract bool TryRead(ref byte start, int length, out T value);
}
