namespace BatchFunctions.Cli.Remote;

/// <summary>A server did not answer, or said that it cannot for now; it may be asked again.</summary>
internal sealed class ServerUnreachableException(string message, Exception? innerException = null) : Exception(message, innerException);
