namespace BatchFunctions.Data.Parquet;

/// <summary>
/// The bytes at hand do not follow the Parquet format. The message is the end of a sentence that starts with the place; whoever knows
/// the file turns it into a <see cref="BatchFunctionsException"/>.
/// </summary>
internal sealed class DamagedParquetException(string message, Exception? innerException = null) : Exception(message, innerException);
