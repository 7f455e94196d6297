namespace BatchFunctions.Sql;

/// <summary>What values can be compared with each other.</summary>
internal enum ColumnKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>Numbers.</summary>
    Number,

    /// <summary>Numbers that may be NaN.</summary>
    Floating,

    /// <summary>Days.</summary>
    Day,

    /// <summary>Points in time.</summary>
    Time,

    /// <summary>True and false.</summary>
    Flag,

    /// <summary>What has an order, but none that a point in time could be told in: times of day, UUIDs.</summary>
    Other,

    /// <summary>Lists, structures and maps.</summary>
    Nested,
}
