namespace BatchFunctions;

/// <summary>
/// An error that a person can act on: its message says what is wrong, where, and what to do. Everything that the library throws on
/// purpose is of this type; anything else is a defect or comes from the machine.
/// </summary>
public sealed class BatchFunctionsException : Exception
{
    /// <summary>Makes an error of a kind.</summary>
    /// <param name="kind">Who has to act, and whether trying again can help.</param>
    /// <param name="message">What is wrong, where, and what to do, in one or two sentences.</param>
    /// <param name="innerException">What led to it, if anything.</param>
    public BatchFunctionsException(ErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>Who has to act, and whether trying again can help.</summary>
    public ErrorKind Kind { get; }
}
