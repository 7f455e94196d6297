using System.Globalization;
using System.Text;

namespace BatchFunctions.Tests.Expressions;

/// <summary>
/// Writes random expressions, each with a function that works it out for one record as plainly as can be: nothing of the library is used, so that
/// parser, binder and kernels are all held against it.
/// </summary>
internal sealed class RandomExpression(Random random)
{
    /// <summary>A condition; its function gives true, false or null.</summary>
    public (string Text, Func<object?[], bool?> Evaluate) Condition(int depth)
    {
        (string text, _, Func<object?[], bool?> evaluate) = Or(depth);
        return (text, evaluate);
    }

    // The numbers: how tightly an operator binds.
    private (string Text, int Binds, Func<object?[], bool?> Evaluate) Or(int depth)
    {
        switch (depth <= 0 ? random.Next(4, 10) : random.Next(10))
        {
            case 0 or 1:
                return Junction(depth, "or", 1, (l, r) => l == true || r == true ? true : l is null || r is null ? null : false);
            case 2 or 3:
                return Junction(depth, "and", 2, (l, r) => l == false || r == false ? false : l is null || r is null ? null : true);
            case 4:
                var operand = Or(depth - 1);
                return ($"{Word("not")} {Within(operand.Text, operand.Binds, 3)}", 3, row => !operand.Evaluate(row));
            case 5:
                return Flag();
            case 6:
                return Membership(depth);
            case 7:
                var tested = Value(depth);
                bool there = random.Next(2) == 0;
                return ($"{Within(tested.Text, tested.Binds, 5)} {Word("is")} {(there ? Word("not") + " " : "")}{Word("null")}", 4, row => IsMissing(tested.Evaluate(row)) != there);
            case 8:
                return Range(depth);
            default:
                return Comparison(depth);
        }
    }

    private (string, int, Func<object?[], bool?>) Junction(int depth, string word, int binds, Func<bool?, bool?, bool?> join)
    {
        var operands = Enumerable.Range(0, random.Next(2, 4)).Select(_ => Or(depth - 1)).ToArray();
        string text = string.Join($" {Word(word)} ", operands.Select(o => Within(o.Text, o.Binds, binds)));
        return (text, binds, row => operands.Select(o => o.Evaluate(row)).Aggregate(join));
    }

    private (string, int, Func<object?[], bool?>) Flag()
    {
        if (random.Next(4) == 0)
        {
            bool value = random.Next(2) == 0;
            return (Word(value ? "true" : "false"), 8, _ => value);
        }

        string column = random.Next(2) == 0 ? "p" : "q";
        return random.Next(3) switch
        {
            0 => (column, 8, row => (bool?)Cell(row, column)),
            1 => ($"{column} != {Word("true")}", 4, row => !(bool?)Cell(row, column)),
            _ => ("p = q", 4, row => Cell(row, "p") is bool p && Cell(row, "q") is bool q ? p == q : null),
        };
    }

    private (string, int, Func<object?[], bool?>) Comparison(int depth)
    {
        var (left, right) = Pair(depth);
        (string sign, Func<int, bool> holds) = Sign();
        return ($"{Within(left.Text, left.Binds, 5)} {sign} {Within(right.Text, right.Binds, 5)}", 4, row => Compare(left, right, row) is { } order ? holds(order) : null);
    }

    private (string, int, Func<object?[], bool?>) Range(int depth)
    {
        var (operand, low) = Pair(depth);
        var high = Like(operand, depth);
        bool negated = random.Next(3) == 0;
        string text = $"{Within(operand.Text, operand.Binds, 5)} {(negated ? Word("not") + " " : "")}{Word("between")} {Within(low.Text, low.Binds, 5)} {Word("and")} {Within(high.Text, high.Binds, 5)}";
        return (text, 4, Evaluate);

        bool? Evaluate(object?[] row)
        {
            bool? above = Compare(operand, low, row) is { } l ? l >= 0 : null, below = Compare(operand, high, row) is { } h ? h <= 0 : null;
            bool? within = above == false || below == false ? false : above is null || below is null ? null : true;
            return negated ? !within : within;
        }
    }

    private (string, int, Func<object?[], bool?>) Membership(int depth)
    {
        var operand = Value(depth);
        var items = Enumerable.Range(0, random.Next(1, 12)).Select(_ => Constant(operand.Kind)).ToArray();
        bool negated = random.Next(3) == 0, round = random.Next(2) == 0;
        string text = $"{Within(operand.Text, operand.Binds, 5)} {(negated ? Word("not") + " " : "")}{Word("in")} {(round ? '(' : '[')}{string.Join(", ", items.Select(i => i.Text))}{(round ? ')' : ']')}";
        return (text, 4, Evaluate);

        bool? Evaluate(object?[] row)
        {
            bool?[] each = [.. items.Select(i => Compare(operand, i, row) is { } order ? order == 0 : (bool?)null)];
            bool? found = each.Contains(true) ? true : each.Contains(null) ? null : false;
            return negated ? !found : found;
        }
    }

    private (Operand Left, Operand Right) Pair(int depth)
    {
        Operand left = Value(depth), right = Like(left, depth);
        return random.Next(3) == 0 ? (right, left) : (left, right);
    }

    private Operand Value(int depth) => random.Next(4) switch { 0 => TextColumn(), 1 => TimeColumn(), _ => Number(depth) };

    private Operand Like(Operand other, int depth) => other.Kind switch
    {
        Kind.Text when random.Next(2) == 0 => TextColumn(),
        Kind.Date or Kind.Timestamp when random.Next(3) == 0 => TimeColumn(),
        Kind.Text or Kind.Date or Kind.Timestamp => Constant(other.Kind),
        _ => Number(depth - 1),
    };

    private Operand TextColumn() => random.Next(2) == 0 ? Column("s", Kind.Text) : Column("odd \"name\"", Kind.Text, "\"odd \"\"name\"\"\"");

    private Operand TimeColumn() => random.Next(2) == 0 ? Column("d", Kind.Date) : Column("z", Kind.Timestamp);

    private Operand Column(string name, Kind kind, string? written = null, bool isNarrow = false) =>
        new(written ?? (random.Next(6) == 0 ? $"\"{name}\"" : name), 8, kind, row => Cell(row, name), isNarrow);

    private Operand Constant(Kind kind)
    {
        switch (kind)
        {
            case Kind.Text:
                string text = new[] { "", "a", "north", "it's", "𝛼", "z" }[random.Next(6)];
                return new Operand($"'{text.Replace("'", "''", StringComparison.Ordinal)}'", 8, kind, _ => text);
            case Kind.Date:
                int day = random.Next(-2, 3);
                return new Operand($"'{new DateOnly(1970, 1, 1).AddDays(day):yyyy-MM-dd}'", 8, kind, _ => day);
            case Kind.Timestamp:
                int half = random.Next(-2, 3);
                return new Operand($"'{new DateTime(1970, 1, 1).AddHours(12 * half).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}'", 8, kind, _ => half * 43_200_000_000L);
            default:
                string[] numbers = ["0", "1", "2", "-1", "-0.5", ".5", "0.1", "0.7", "1e0", "2.0", "25e-1", "9223372036854775807", "-9223372036854775808", "9007199254740993", "1e300", "12345678901234567890.12345678"];
                string number = numbers[random.Next(numbers.Length)];
                return new Operand(number, number[0] == '-' ? 7 : 8, Kind.Constant, _ => Literal(number));
        }
    }

    private Operand Number(int depth)
    {
        if (depth > 0 && random.Next(3) == 0)
            return Calculation(depth);
        return random.Next(8) switch
        {
            0 => Column("a", Kind.Whole),
            1 => Column("b", Kind.Whole),
            2 => Column("c", Kind.Whole),
            3 => Column(random.Next(2) == 0 ? "x" : "y", Kind.Float),
            4 => Column(random.Next(2) == 0 ? "f" : "g", Kind.Float, isNarrow: true),
            5 => Column(random.Next(2) == 0 ? "m" : "n", Kind.Decimal),
            _ => Constant(Kind.Constant),
        };
    }

    private Operand Calculation(int depth)
    {
        Operand left = Number(depth - 1), right = Number(depth - 1);
        if (random.Next(5) == 0)
        {
            if (left.Kind == Kind.Constant)
                return left;
            return new Operand($"-{Within(left.Text, left.Binds, 7)}", 7, left.Kind, row => Calculate('-', left.Kind, Zero(left.Kind), left.Evaluate(row)));
        }

        // What is the same for every record is refused where it has no result; such constants have tests of their own.
        if (left.Kind == Kind.Constant && right.Kind == Kind.Constant)
            return left;
        char sign = "+-*/"[random.Next(4)];
        int binds = sign is '+' or '-' ? 5 : 6;
        Kind kind = Common(left, right);
        Kind result = sign == '/' && kind == Kind.Whole ? Kind.Float : kind;
        return new Operand(
            $"{Within(left.Text, left.Binds, binds)} {sign} {Within(right.Text, right.Binds, binds + 1)}",
            binds,
            result,
            row => Calculate(sign, result, As(result, left.Evaluate(row)), As(result, right.Evaluate(row))));
    }

    private (string, Func<int, bool>) Sign() => random.Next(8) switch
    {
        0 => ("=", o => o == 0),
        1 => ("==", o => o == 0),
        2 => ("!=", o => o != 0),
        3 => ("<>", o => o != 0),
        4 => ("<", o => o < 0),
        5 => ("<=", o => o <= 0),
        6 => (">", o => o > 0),
        _ => (">=", o => o >= 0),
    };

    private static int? Compare(Operand left, Operand right, object?[] row)
    {
        object? a = left.Evaluate(row), b = right.Evaluate(row);
        if (IsMissing(a) || IsMissing(b))
            return null;
        if (left.Kind == Kind.Text)
            return Encoding.UTF8.GetBytes((string)a!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes((string)b!));
        if (left.Kind is Kind.Date or Kind.Timestamp)
            return (left.Kind, right.Kind) switch
            {
                (Kind.Date, Kind.Timestamp) => ((int)a! * 86_400_000_000L).CompareTo((long)b!),
                (Kind.Timestamp, Kind.Date) => ((long)a!).CompareTo((int)b! * 86_400_000_000L),
                _ => Convert.ToInt64(a, null).CompareTo(Convert.ToInt64(b, null)),
            };
        if (left.IsNarrow && right.Kind == Kind.Constant)
            return Convert.ToSingle(a, null).CompareTo((float)(double)As(Kind.Float, b)!);
        if (right.IsNarrow && left.Kind == Kind.Constant)
            return ((float)(double)As(Kind.Float, a)!).CompareTo(Convert.ToSingle(b, null));
        Kind kind = left.Kind == Kind.Constant && right.Kind == Kind.Constant ? Kind.Constant : Common(left, right);
        return kind switch
        {
            Kind.Whole => ((long)As(kind, a)!).CompareTo((long)As(kind, b)!),
            Kind.Decimal => ((decimal)As(kind, a)!).CompareTo((decimal)As(kind, b)!),
            Kind.Constant when a is decimal x && b is decimal y => x.CompareTo(y),
            _ => ((double)As(Kind.Float, a)!).CompareTo((double)As(Kind.Float, b)!),
        };
    }

    // Constants take the type of what they meet, where it can hold them.
    private static Kind Common(Operand left, Operand right)
    {
        if (left.Kind == Kind.Constant)
            (left, right) = (right, left);
        if (right.Kind == Kind.Constant)
            return (left.Kind, right.Evaluate([])) switch
            {
                (Kind.Whole, decimal d) when decimal.IsInteger(d) && d >= long.MinValue && d <= long.MaxValue => Kind.Whole,
                (Kind.Decimal, decimal) => Kind.Decimal,
                _ => Kind.Float,
            };
        return left.Kind == right.Kind ? left.Kind : left.Kind == Kind.Float || right.Kind == Kind.Float ? Kind.Float : Kind.Decimal;
    }

    private static object? As(Kind kind, object? value) => value is null ? null : kind switch
    {
        Kind.Whole => Convert.ToInt64(value, null),
        Kind.Decimal => Convert.ToDecimal(value, null),
        _ => value is decimal d ? double.Parse(d.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : Convert.ToDouble(value, null),
    };

    private static object Zero(Kind kind) => kind switch { Kind.Whole => 0L, Kind.Decimal => 0m, _ => 0.0 };

    private static object? Calculate(char sign, Kind kind, object? left, object? right)
    {
        (left, right) = (As(kind, left), As(kind, right));
        if (left is null || right is null)
            return null;
        try
        {
            checked
            {
                return (left, right) switch
                {
                    (long a, long b) => sign switch { '+' => a + b, '-' => a - b, _ => a * b },
                    (decimal a, decimal b) => sign switch { '+' => a + b, '-' => a - b, '*' => a * b, _ => b == 0 ? null : a / b },
                    (double a, double b) => sign switch { '+' => a + b, '-' => a - b, '*' => a * b, _ => b == 0 ? null : a / b },
                    _ => throw new InvalidOperationException(),
                };
            }
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static object Literal(string number) =>
        decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal exact) ? exact : double.Parse(number, CultureInfo.InvariantCulture);

    private static object? Cell(object?[] row, string column) => row[Records.Schema.IndexOf(column)];

    private static bool IsMissing(object? value) => value is null or double.NaN or float.NaN;

    private string Within(string text, int binds, int needed) => binds < needed || random.Next(10) == 0 ? $"({text})" : text;

    private string Word(string word) => random.Next(4) == 0 ? word.ToUpperInvariant() : word;

    private enum Kind
    {
        Whole,
        Float,
        Decimal,
        Constant,
        Text,
        Date,
        Timestamp,
    }

    private sealed record Operand(string Text, int Binds, Kind Kind, Func<object?[], object?> Evaluate, bool IsNarrow = false);
}
