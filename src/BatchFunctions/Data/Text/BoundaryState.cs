namespace BatchFunctions.Data.Text;

/// <summary>Where a position of a text stands with respect to records and quotes: all that must be known to go on from there.</summary>
internal enum BoundaryState : byte
{
    /// <summary>Before the first byte of a record, or of an empty line.</summary>
    RecordStart,

    /// <summary>Behind a carriage return that is the first byte of its line: with a line feed it is an empty line.</summary>
    ReturnAtRecordStart,

    /// <summary>Behind a separator.</summary>
    FieldStart,

    /// <summary>In a field where quotes mean nothing.</summary>
    Unquoted,

    /// <summary>In a quoted field.</summary>
    Quoted,

    /// <summary>Behind a quote in a quoted field: it closes the field, unless another quote follows.</summary>
    QuoteInQuoted,
}
