namespace BatchFunctions.Data;

/// <summary>Why a record of a batch cannot be scored.</summary>
/// <param name="Row">The record's row in the batch as it was read.</param>
/// <param name="Column">The column at fault, or null where the whole record is.</param>
/// <param name="Code">A short stable word for the kind of fault, by which rejects are counted: see <see cref="FaultCodes"/>.</param>
/// <param name="Reason">What is wrong, for people, with the value as it stands in the input.</param>
public readonly record struct RecordFault(int Row, string? Column, string Code, string Reason)
{
    /// <summary>What is wrong, for people who do not see the column beside it.</summary>
    public string Describe() =>
        Column is null || Reason.Contains($"'{Column}'", StringComparison.Ordinal) ? Reason : $"'{Column}': {Reason}";
}
