namespace BatchFunctions.Data;

/// <summary>The kinds of fault that make a record a reject. They are written to rejects and summaries and never renamed.</summary>
public static class FaultCodes
{
    /// <summary>The record's text does not follow the file's format (quotes, JSON syntax).</summary>
    public const string Malformed = "malformed";

    /// <summary>The record has more or fewer fields than the header.</summary>
    public const string Ragged = "ragged";

    /// <summary>A value cannot be read as the column's type.</summary>
    public const string WrongType = "wrong_type";

    /// <summary>A value that must be there is missing.</summary>
    public const string Missing = "missing";

    /// <summary>A number is outside of the range that the pipeline allows, or not finite.</summary>
    public const string OutOfRange = "out_of_range";

    /// <summary>A value is not among those that the pipeline or an encoder allows.</summary>
    public const string NotAllowed = "not_allowed";

    /// <summary>The record or a value of it is longer than the limit.</summary>
    public const string TooLong = "too_long";

    /// <summary>The model gave no finite score for the record, or one that is too large to reckon with.</summary>
    public const string NoScore = "no_score";

    /// <summary>The challenger failed on the record's batch. Only ever counted for a challenger; the record is none of the job's rejects.</summary>
    public const string ChallengerFailed = "challenger_failed";
}
