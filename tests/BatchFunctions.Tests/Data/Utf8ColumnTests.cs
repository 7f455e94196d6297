using System.Globalization;
using System.Text;
using BatchFunctions.Data;
using CsCheck;

namespace BatchFunctions.Tests.Data;

public sealed class Utf8ColumnTests
{
    // Some rows of a column: the words of its dictionary, or null where its values lie end to end, and what each row refers to.
    private static readonly Gen<(string[]? Words, int[] Rows)> Pieces = Gen.Select(
        Gen.Int[0, 400].Select(word => word.ToString(CultureInfo.InvariantCulture)).Array[1, 300],
        Gen.Int[0, 1000].Array[0, 20],
        Gen.Int[0, 4],
        (words, rows, kind) => (kind == 0 ? null : words, rows.Select(row => row % (words.Length + 1)).ToArray()));

    [Fact]
    public void Rows_of_columns_with_other_dictionaries_keep_their_values() => Pieces.Array[1, 12].Sample(pieces =>
    {
        Utf8Column target = NewColumn(pieces.Sum(piece => piece.Rows.Length));
        List<string> expected = [];
        foreach ((string[]? words, int[] rows) in pieces)
        {
            Utf8Column from = words is null ? Flat(rows) : Referring(words, rows);
            target.AppendRows(expected.Count, from, 0, rows.Length);
            expected.AddRange(Enumerable.Range(0, rows.Length).Select(row => from.GetString(row)!));
        }

        Assert.Equal(expected, Enumerable.Range(0, target.Length).Select(row => target.GetString(row)));
    });

    [Fact]
    public void More_words_than_a_dictionary_has_room_for_are_laid_out_instead()
    {
        string[] some = [.. Enumerable.Range(0, 40_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"a{i}"))];
        string[] others = [.. Enumerable.Range(0, 40_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"b{i}"))];
        Utf8Column target = NewColumn(80_000);

        target.AppendRows(0, Referring(some, [.. Enumerable.Range(1, 40_000)]), 0, 40_000);
        Assert.NotNull(target.Entries);
        target.AppendRows(40_000, Referring(others, [.. Enumerable.Range(1, 40_000)]), 0, 40_000);

        Assert.Null(target.Entries);
        Assert.Equal([.. some, .. others], Enumerable.Range(0, 80_000).Select(row => target.GetString(row)));
    }

    [Fact]
    public void Words_of_the_same_dictionary_are_told_apart_after_it_was_filled_anew()
    {
        TextEntries words = new();
        words.Add("north"u8);
        Utf8Column from = NewColumn(1), target = NewColumn(2);
        from.ReferTo(words)[0] = 1;
        target.AppendRows(0, from, 0, 1);

        words.Clear();
        words.Add("south"u8);
        from.Reset(1);
        from.ReferTo(words)[0] = 1;
        target.AppendRows(1, from, 0, 1);

        Assert.Equal(["north", "south"], [target.GetString(0), target.GetString(1)]);
    }

    private static Utf8Column NewColumn(int rows)
    {
        var column = (Utf8Column)Column.Create(new Field("text", DataType.String));
        column.Reset(rows);
        return column;
    }

    private static Utf8Column Referring(string[] words, int[] rows)
    {
        TextEntries entries = new();
        foreach (string word in words)
            entries.Add(Encoding.UTF8.GetBytes(word));
        Utf8Column column = NewColumn(rows.Length);
        Span<ushort> entryOf = column.ReferTo(entries);
        for (int i = 0; i < rows.Length; i++)
            entryOf[i] = (ushort)rows[i];
        return column;
    }

    private static Utf8Column Flat(int[] rows)
    {
        Utf8Column column = NewColumn(rows.Length);
        foreach (int row in rows)
            column.Append(row.ToString(CultureInfo.InvariantCulture).AsSpan());
        return column;
    }
}
