namespace BatchFunctions.Cli.Output;

/// <summary>A column of a table, as a script reads it.</summary>
internal sealed record TableColumnView(string Name, string Type, bool Nullable);
