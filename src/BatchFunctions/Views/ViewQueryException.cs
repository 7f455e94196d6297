namespace BatchFunctions.Views;

/// <summary>What is wrong with a key that describes a view.</summary>
/// <param name="key">The key's path, as <c>source.sql</c>.</param>
/// <param name="at">The character of its text where the fault is, from 0.</param>
/// <param name="message">What is wrong, and what to do.</param>
/// <param name="innerException">What led to it, if anything.</param>
public sealed class ViewQueryException(string key, int at, string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>The key's path.</summary>
    public string Key { get; } = key;

    /// <summary>The character of its text where the fault is, from 0.</summary>
    public int At { get; } = at;
}
