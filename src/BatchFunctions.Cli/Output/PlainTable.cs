using Spectre.Console;

namespace BatchFunctions.Cli.Output;

/// <summary>A table without lines, which reads well on a terminal and cuts well in a pipe.</summary>
internal sealed class PlainTable
{
    private readonly Table _table = new() { Border = TableBorder.None };

    public PlainTable(params ReadOnlySpan<string> columns)
    {
        foreach (var column in columns)
            _table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))) { Padding = new Padding(0, 0, 2, 0) });
    }

    public void Add(params ReadOnlySpan<string> cells)
    {
        var texts = new Text[cells.Length];
        for (var i = 0; i < cells.Length; i++)
            texts[i] = new Text(cells[i]);
        _table.AddRow(texts);
    }

    public void Write(IAnsiConsole console) => console.Write(_table);
}
