namespace BatchFunctions.Sql;

/// <summary>A statement failed.</summary>
/// <param name="failure">What the database says.</param>
/// <param name="inner">The database's error.</param>
internal sealed class SqlException(SqlFailure failure, Exception inner) : Exception(failure.Message, inner)
{
    /// <summary>What the database says.</summary>
    public SqlFailure Failure { get; } = failure;
}
