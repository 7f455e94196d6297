namespace BatchFunctions.Data.Parquet;

/// <summary>
/// The bytes follow the Parquet format in a way that is not read here. The message is the end of a sentence that starts with the place;
/// whoever knows the file turns it into a <see cref="BatchFunctionsException"/>.
/// </summary>
internal sealed class UnsupportedParquetException(string message) : Exception(message);
