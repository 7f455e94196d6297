namespace BatchFunctions.Pipelines.Loading;

/// <summary>What the text of a key's value must look like, beyond its type.</summary>
internal enum KeyForm
{
    /// <summary>Whatever the property's type says; text must not be blank.</summary>
    Plain,

    /// <summary>A pipeline's name.</summary>
    Name,

    /// <summary>A model reference.</summary>
    Model,

    /// <summary>An NCRONTAB expression of six fields, or five.</summary>
    Schedule,

    /// <summary>One ASCII character, or the word <c>tab</c>.</summary>
    Separator,

    /// <summary>A number of bytes, with or without a unit.</summary>
    Bytes,

    /// <summary>An absolute http or https address.</summary>
    Address,

    /// <summary>A table's name with its schema.</summary>
    Table,

    /// <summary>A condition on a record's columns.</summary>
    Expression,

    /// <summary>A query, in one line or several.</summary>
    Sql,

    /// <summary>A day, a time, a number, or the job's date.</summary>
    AsOf,

    /// <summary>Text that may be blank.</summary>
    AnyText,
}
