using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace BatchFunctions.Planning;

/// <summary>Makes a regular expression of a glob.</summary>
/// <remarks>
/// '*' and '?' stay within a name and do not stand for its first character where that is '_' or '.', so that a pattern does not pick up
/// marks and files in the making unless it names them; '**' as a whole name stands for any number of folders. The expression is matched
/// without backtracking, in time that grows with the key only.
/// </remarks>
internal sealed class GlobCompiler
{
    private const string FirstCharacter = "[^/_.]";
    private const string Character = "[^/]";
    private const string VisibleName = FirstCharacter + Character + "*";
    private readonly string _glob;
    private readonly Func<char, string?>? _holes;
    private readonly StringBuilder _regex = new();
    private int _position;

    private GlobCompiler(string glob, Func<char, string?>? holes) => (_glob, _holes) = (glob, holes);

    /// <summary>The characters that make a text a glob.</summary>
    public static SearchValues<char> SpecialCharacters { get; } = SearchValues.Create("*?[{");

    /// <summary>Compiles a glob.</summary>
    /// <param name="glob">The glob.</param>
    /// <param name="holes">Gives the regular expression that a character stands for, or null where it stands for itself.</param>
    /// <param name="withFolders">Whether what lies below a match counts as one too.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the glob is malformed.</exception>
    public static Regex Compile(string glob, Func<char, string?>? holes = null, bool withFolders = false)
    {
        var compiler = new GlobCompiler(glob, holes);
        compiler._regex.Append("^(?:");
        compiler.Sequence(inBraces: false, atNameStart: true);
        compiler._regex.Append(withFolders ? @")(?:/.*)?\z" : @")\z");
        return new Regex(
            compiler._regex.ToString(),
            RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    /// <summary>Compiles up to the end, or to the ',' or '}' that ends an alternative; tells whether a name starts there.</summary>
    private bool Sequence(bool inBraces, bool atNameStart)
    {
        while (_position < _glob.Length)
        {
            var character = _glob[_position];
            if (inBraces && (character is ',' or '}'))
                return atNameStart;
            _position++;
            switch (character)
            {
                case '*':
                    atNameStart = Star(atNameStart);
                    break;
                case '?':
                    _regex.Append(atNameStart ? FirstCharacter : Character);
                    atNameStart = false;
                    break;
                case '[':
                    Class(atNameStart);
                    atNameStart = false;
                    break;
                case '{':
                    atNameStart = Alternatives(atNameStart);
                    break;
                default:
                    AppendLiteral(character);
                    atNameStart = character == '/';
                    break;
            }
        }

        return atNameStart;
    }

    private bool Star(bool atNameStart)
    {
        var start = _position - 1;
        while (_position < _glob.Length && _glob[_position] == '*')
            _position++;
        var isFolders = atNameStart && _position - start == 2;
        if (isFolders && _position == _glob.Length)
        {
            _regex.Append($"(?:{VisibleName}/)*{VisibleName}");
            return false;
        }

        if (isFolders && _glob[_position] == '/')
        {
            _position++;
            _regex.Append($"(?:{VisibleName}/)*");
            return true;
        }

        _regex.Append(atNameStart ? $"(?:{VisibleName})?" : Character + "*");
        return false;
    }

    private void Class(bool atNameStart)
    {
        var start = _position;
        var isNegated = _position < _glob.Length && _glob[_position] is ('!' or '^');
        if (isNegated)
            start = ++_position;
        var end = start + 1 < _glob.Length ? _glob.IndexOf(']', start + 1) : -1;
        if (end < 0)
            throw Malformed("a '[' has no ']'");
        if (_glob.AsSpan(start, end - start).Contains('/'))
            throw Malformed("a '[…]' cannot hold a '/'");

        _regex.Append(isNegated ? atNameStart ? "[^/_." : "[^/" : "[");
        for (_position = start; _position < end; _position++)
        {
            var first = _glob[_position];
            AppendLiteral(first);
            if (_position + 2 >= end || _glob[_position + 1] != '-')
                continue;
            var last = _glob[_position + 2];
            if (last < first)
                throw Malformed($"the range '{first}-{last}' runs backwards");
            _regex.Append('-');
            AppendLiteral(last);
            _position += 2;
        }

        _regex.Append(']');
        _position = end + 1;
    }

    private bool Alternatives(bool atNameStart)
    {
        var start = _position;
        var count = 0;
        var endsAtNameStart = true;
        _regex.Append("(?:");
        do
        {
            if (count++ > 0)
            {
                _regex.Append('|');
                _position++;
            }

            endsAtNameStart &= Sequence(inBraces: true, atNameStart);
            if (_position == _glob.Length)
                throw Malformed("a '{' has no '}'");
        }
        while (_glob[_position] == ',');

        if (count == 1)
        {
            throw Malformed(
                $"'{{{_glob[start.._position]}}}' is neither a date, which is written {{date}} or {{date:yyyy-MM-dd}}, nor alternatives, which are written {{a,b}}");
        }

        _position++;
        _regex.Append(')');
        return endsAtNameStart;
    }

    private void AppendLiteral(char character)
    {
        if (_holes?.Invoke(character) is { } hole)
            _regex.Append(hole);
        else if (char.IsAsciiLetterOrDigit(character) || character is '/' or '_')
            _regex.Append(character);
        else
            _regex.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
    }

    private BatchFunctionsException Malformed(string why) =>
        new(ErrorKind.Request, $"The source path '{_glob}' is malformed: {why}.");
}
