namespace BatchFunctions.Infra.Tests;

/// <summary>Reads tables of documents.</summary>
internal static class MarkdownTable
{
    /// <summary>The rows, without the head, of the first table below a heading.</summary>
    public static IReadOnlyList<string[]> Below(string document, string heading)
    {
        var rows = document.Split('\n')
            .SkipWhile(line => line != heading)
            .SkipWhile(line => !line.StartsWith('|'))
            .TakeWhile(line => line.StartsWith('|'))
            .Skip(2)
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
            .ToArray();
        Assert.NotEmpty(rows);
        return rows;
    }
}
