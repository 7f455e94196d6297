using System.Text;
using BatchFunctions.Data;
using CsCheck;

namespace BatchFunctions.Tests.Data;

/// <summary>The same text column in its two forms: values end to end, and rows that refer to a dictionary.</summary>
internal static class TextForms
{
    /// <summary>Texts as columns have them: few different ones, or many.</summary>
    public static readonly Gen<string?> AnyText = Gen.Frequency(
        (8, Gen.OneOf<string?>("Yes", "No", "", "größe", "No internet service", "a text that is longer than thirty-two bytes", "😀")),
        (2, Gen.String[Gen.Char['a', 'z'], 0, 20].Select(s => (string?)s)),
        (2, Gen.Const((string?)null)));

    /// <summary>A column whose values lie end to end.</summary>
    public static Utf8Column Plain(string name, IReadOnlyList<string?> values)
    {
        Utf8Column column = (Utf8Column)Column.Create(new Field(name, DataType.String));
        FillPlain(column, values);
        return column;
    }

    /// <summary>
    /// A column that refers to a dictionary as unpleasant as files have them: in no order, with entries that nothing refers to, and with
    /// texts that occur twice.
    /// </summary>
    public static Utf8Column Dictionary(string name, IReadOnlyList<string?> values, int seed)
    {
        Utf8Column column = (Utf8Column)Column.Create(new Field(name, DataType.String));
        FillDictionary(column, values, seed);
        return column;
    }

    /// <summary>Fills a column, value by value.</summary>
    public static void FillPlain(Utf8Column column, IReadOnlyList<string?> values)
    {
        column.Reset(values.Count);
        foreach (string? value in values)
        {
            if (value is null)
                column.AppendNull();
            else
                column.Append(value);
        }
    }

    /// <summary>Fills a column by way of a dictionary.</summary>
    public static void FillDictionary(Utf8Column column, IReadOnlyList<string?> values, int seed)
    {
        Random random = new(seed);
        string[] entries = [.. values.OfType<string>().Distinct(), .. values.OfType<string>().Distinct().Where(_ => random.Next(4) == 0), "never", "nor this"];
        random.Shuffle(entries);
        TextEntries dictionary = new();
        foreach (string entry in entries)
            dictionary.Add(Encoding.UTF8.GetBytes(entry));
        column.Reset(values.Count);
        Span<ushort> entryOf = column.ReferTo(dictionary);
        for (int row = 0; row < values.Count; row++)
        {
            if (values[row] is not { } value)
            {
                entryOf[row] = 0;
                column.SetNull(row);
                continue;
            }

            int[] numbers = [.. Enumerable.Range(1, entries.Length).Where(n => entries[n - 1] == value)];
            entryOf[row] = (ushort)numbers[random.Next(numbers.Length)];
        }
    }
}
