namespace BatchFunctions.Data;

/// <summary>The type of a column's values. The names used in files are the lower-case names of the members.</summary>
public enum DataType
{
    /// <summary>True or false; held as <see cref="bool"/>.</summary>
    Bool,

    /// <summary>A signed 32-bit integer; held as <see cref="int"/>.</summary>
    Int32,

    /// <summary>A signed 64-bit integer; held as <see cref="long"/>.</summary>
    Int64,

    /// <summary>A 32-bit IEEE 754 number; held as <see cref="float"/>.</summary>
    Float32,

    /// <summary>A 64-bit IEEE 754 number; held as <see cref="double"/>.</summary>
    Float64,

    /// <summary>An exact decimal number; held as <see cref="decimal"/>.</summary>
    Decimal,

    /// <summary>A calendar date; held as <see cref="int"/> days since 1970-01-01.</summary>
    Date,

    /// <summary>A point in time; held as <see cref="long"/> microseconds since 1970-01-01T00:00Z.</summary>
    Timestamp,

    /// <summary>Text; held as UTF-8 bytes in a <see cref="Utf8Column"/>.</summary>
    String,
}
