namespace BatchFunctions.Data;

/// <summary>What a record's own bytes are, where they are not as they stand in the record's file.</summary>
/// <param name="Format">CSV or JSON Lines.</param>
/// <param name="Header">The header of CSV, or null where it is that of the record's file.</param>
public sealed record RawForm(FileFormat Format, string? Header);
