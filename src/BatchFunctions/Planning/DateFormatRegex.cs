using System.Text;
using System.Text.RegularExpressions;

namespace BatchFunctions.Planning;

/// <summary>Makes a regular expression of a .NET date format: it matches what the format writes, so that a date can be found in a name.</summary>
internal static class DateFormatRegex
{
    private const string Letters = "dMyg";

    /// <summary>The expression for <paramref name="format"/>.</summary>
    public static string Of(string format)
    {
        var regex = new StringBuilder();
        for (int i = 0; i < format.Length;)
        {
            char c = format[i];
            if (c is '\'' or '"')
            {
                int end = format.IndexOf(c, i + 1);
                end = end < 0 ? format.Length : end;
                regex.Append(Regex.Escape(format[(i + 1)..end]));
                i = end + 1;
            }
            else if (c is '\\' or '%')
            {
                if (c == '\\' && i + 1 < format.Length)
                    regex.Append(Regex.Escape(format[++i].ToString()));
                i++;
            }
            else
            {
                int end = i + 1;
                while (Letters.Contains(c, StringComparison.Ordinal) && end < format.Length && format[end] == c)
                    end++;
                regex.Append(Part(c, end - i));
                i = end;
            }
        }

        return regex.ToString();
    }

    private static string Part(char c, int count) => (c, count) switch
    {
        ('d' or 'M', > 2) or ('g', _) => "[A-Za-z.]+",
        ('d' or 'M' or 'y', 1) => "[0-9]{1,2}",
        ('d' or 'M' or 'y', _) => $"[0-9]{{{count}}}",
        _ => Regex.Escape(c.ToString()),
    };
}
