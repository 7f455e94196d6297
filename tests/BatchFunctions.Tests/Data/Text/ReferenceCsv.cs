using System.Text;
using BatchFunctions.Data;

namespace BatchFunctions.Tests.Data.Text;

/// <summary>CSV read byte by byte in the plainest way: what the fast reader must agree with.</summary>
internal static class ReferenceCsv
{
    internal sealed record Record(int Start, int End, int Next, IReadOnlyList<string?> Fields, bool IsMalformed);

    public static List<Record> Parse(byte[] text, CsvDialect dialect)
    {
        List<Record> records = [];
        int at = text.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        while (at < text.Length)
        {
            if (LineBreakAt(text, at) is > 0 and int blank)
            {
                at += blank;
                continue;
            }

            Record record = ParseRecord(text, at, dialect);
            records.Add(record);
            at = record.Next;
        }

        return records;
    }

    /// <summary>The length of the line break at a position, 0 where there is none.</summary>
    private static int LineBreakAt(byte[] text, int at)
    {
        if (text[at] == '\n')
            return 1;
        if (text[at] != '\r')
            return 0;
        return at + 1 == text.Length ? 1 : text[at + 1] == '\n' ? 2 : 0;
    }

    private static Record ParseRecord(byte[] text, int start, CsvDialect dialect)
    {
        List<string?> fields = [];
        bool malformed = false;
        int at = start;
        while (true)
        {
            StringBuilder field = new();
            bool quoted = at < text.Length && text[at] == '"';
            if (quoted)
            {
                at++;
                bool closed = false;
                while (at < text.Length && !closed)
                {
                    if (text[at] == '\n' && !dialect.QuotedNewlines)
                        break;
                    if (text[at] == '"')
                    {
                        if (at + 1 < text.Length && text[at + 1] == '"')
                            at++;
                        else
                            closed = true;
                    }

                    if (!closed)
                        field.Append((char)text[at]);
                    at++;
                }

                malformed |= !closed;

                // The carriage return belongs to the line break, also where the quote was never closed.
                if (!closed && text[at - 1] == '\r')
                    at--;
            }

            while (at < text.Length && text[at] != dialect.Separator && LineBreakAt(text, at) == 0)
            {
                malformed |= quoted;
                field.Append((char)text[at++]);
            }

            fields.Add(!quoted && field.Length == 0 ? null : field.ToString());
            if (at < text.Length && text[at] == dialect.Separator)
            {
                at++;
                continue;
            }

            int next = at == text.Length ? at : at + LineBreakAt(text, at);
            return new Record(start, at, next, fields, malformed);
        }
    }
}
