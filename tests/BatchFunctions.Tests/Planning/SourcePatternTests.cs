using BatchFunctions.Data;
using BatchFunctions.Planning;
using CsCheck;

namespace BatchFunctions.Tests.Planning;

public sealed class SourcePatternTests
{
    private static readonly DateOnly Date = new(2026, 2, 8);

    private static readonly Gen<string> Names = Gen.String[Gen.Char["ab.-1(+ü"], 1, 5]
        .Where(name => name[0] != '.');

    private static readonly Gen<string> Keys = Names.Array[1, 4].Select(names => string.Join('/', names));

    [Theory]
    [InlineData("data/*.csv", "data/a.csv", true)]
    [InlineData("data/*.csv", "data/.csv.csv", false)]
    [InlineData("data/*.csv", "data/_tmp.csv", false)]
    [InlineData("data/_*.csv", "data/_tmp.csv", true)]
    [InlineData("data/*.csv", "data/b/a.csv", false)]
    [InlineData("data/*.csv", "data/a.csv.gz", false)]
    [InlineData("data/*.csv", "data/aXcsv", false)]
    [InlineData("data/*.csv", "DATA/a.csv", false)]
    [InlineData("data/**/*.csv", "data/a.csv", true)]
    [InlineData("data/**/*.csv", "data/b/c/a.csv", true)]
    [InlineData("data/**/*.csv", "data/_work/a.csv", false)]
    [InlineData("data/**/*.csv", "data/b/.hidden/a.csv", false)]
    [InlineData("data/**", "data/b/c/a.csv", true)]
    [InlineData("data/**", "data/_SUCCESS", false)]
    [InlineData("**/a.csv", "a.csv", true)]
    [InlineData("**/a.csv", "b/a.csv", true)]
    [InlineData("**/a.csv", "b/xa.csv", false)]
    [InlineData("*/a.csv", "b/a.csv", true)]
    [InlineData("*/a.csv", "b/c/a.csv", false)]
    [InlineData("a**b", "a/b", false)]
    [InlineData("a**b", "axyb", true)]
    [InlineData("part-?.csv", "part-1.csv", true)]
    [InlineData("part-?.csv", "part-/.csv", false)]
    [InlineData("part-?.csv", "part-10.csv", false)]
    [InlineData("?.csv", "_.csv", false)]
    [InlineData("part-[0-3x].csv", "part-2.csv", true)]
    [InlineData("part-[0-3x].csv", "part-x.csv", true)]
    [InlineData("part-[0-3x].csv", "part-4.csv", false)]
    [InlineData("part-[!0-3].csv", "part-4.csv", true)]
    [InlineData("part-[^0-3].csv", "part-1.csv", false)]
    [InlineData("part-[!0-3].csv", "part-/.csv", false)]
    [InlineData("part[]]", "part]", true)]
    [InlineData("part[-a]", "part-", true)]
    [InlineData("part[\\w]", "partw", true)]
    [InlineData("part[\\w]", "partx", false)]
    [InlineData("{a,b/c}/*.{csv,jsonl}", "b/c/x.jsonl", true)]
    [InlineData("{a,b/c}/*.{csv,jsonl}", "b/x.jsonl", false)]
    [InlineData("{a,{b,c}d}", "cd", true)]
    [InlineData("x{,-1}.csv", "x.csv", true)]
    [InlineData("a+b(1)|^$.csv*", "a+b(1)|^$.csv", true)]
    [InlineData("dt={date}/*.csv", "dt=2026-02-08/x.csv", true)]
    [InlineData("dt={date}/*.csv", "dt=2026-02-09/x.csv", false)]
    [InlineData("{date:yyyy/MM/dd}/x_{date:yyyyMMdd}.csv", "2026/02/08/x_20260208.csv", true)]
    [InlineData("{date:yyyy}-{a,{date:MM}}/x", "2026-02/x", true)]
    [InlineData("data", "data/a.csv", true)]
    [InlineData("data", "data/b/c.parquet", true)]
    [InlineData("data", "data", true)]
    [InlineData("data", "data-2/a.csv", false)]
    [InlineData("data", "data/_work/a.csv", false)]
    [InlineData("data", "data/b/.x", false)]
    [InlineData("", "a.csv", true)]
    [InlineData("", "_a.csv", false)]
    [InlineData("part[1].csv", "part[1].csv", true)]
    public void Keys_are_matched(string path, string key, bool isMatch) =>
        Assert.Equal(isMatch, SourcePattern.Parse(path, Date).IsMatch(key));

    [Theory]
    [InlineData("data/*.csv", "data/")]
    [InlineData("data/part-*.csv", "data/part-")]
    [InlineData("dt={date}/{a,b}.csv", "dt=2026-02-08/")]
    [InlineData("data/", "data")]
    [InlineData("**", "")]
    public void The_prefix_is_what_stands_before_the_first_special_character(string path, string prefix) =>
        Assert.Equal(prefix, SourcePattern.Parse(path, Date).Prefix);

    [Theory]
    [InlineData("data/[abc.csv", "']'")]
    [InlineData("data/[a/b].csv", "'/'")]
    [InlineData("data/[z-a].csv", "backwards")]
    [InlineData("data/{a,b.csv", "'}'")]
    [InlineData("data/{day}.csv", "{date}")]
    [InlineData("data/{date:HH}.csv", "date format")]
    [InlineData("data/{date:}.csv", "date format")]
    public void Malformed_paths_say_what_is_wrong(string path, string words)
    {
        var exception = Assert.Throws<BatchFunctionsException>(() => SourcePattern.Parse(path, Date));
        Assert.Equal(ErrorKind.Request, exception.Kind);
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b.parquet", FileFormat.Parquet)]
    [InlineData("a/b.CSV", FileFormat.Csv)]
    [InlineData("a/b.tsv", FileFormat.Csv)]
    [InlineData("a/b.csv.gz", FileFormat.Csv)]
    [InlineData("a/b.jsonl", FileFormat.Jsonl)]
    [InlineData("a/b.ndjson.GZ", FileFormat.Jsonl)]
    [InlineData("a/b.parquet.gz", null)]
    [InlineData("a.csv/b", null)]
    [InlineData("a/b.gz", null)]
    [InlineData("a/b.json", null)]
    public void Formats_are_told_by_the_ending(string path, FileFormat? format) => Assert.Equal(format, SourcePattern.FormatOf(path));

    [Fact]
    public void Every_key_matches_itself_and_what_is_made_of_it_by_wildcards() =>
        Gen.Select(Keys, Gen.Int[0, 1000], Gen.Int[0, 5]).Sample((key, at, kind) =>
        {
            var position = at % key.Length;
            var names = key.Split('/');
            var glob = kind switch
            {
                0 => key,
                1 when key[position] != '/' => $"{key[..position]}?{key[(position + 1)..]}",
                2 => $"{key[..position]}*{key[position..]}",
                3 => "**/" + names[^1],
                4 when key[position] != '/' => $"{key[..position]}[{key[position]}]{key[(position + 1)..]}",
                5 => $"{{nothing,{key}}}",
                _ => string.Join('/', names.Select(_ => "*")),
            };
            var pattern = SourcePattern.Parse(glob, Date);
            return pattern.IsMatch(key) && key.StartsWith(pattern.Prefix, StringComparison.Ordinal);
        });

    [Fact]
    public void Globs_match_as_a_plain_recursive_matcher_does() =>
        Gen.Select(Gen.String[Gen.Char["ab/*?."], 1, 8], Gen.String[Gen.Char["ab/."], 1, 8])
            .Where((glob, key) => !glob.Contains("**", StringComparison.Ordinal)
                && glob.AsSpan().IndexOfAny("*?") >= 0
                && !("/" + key).Contains("/.", StringComparison.Ordinal)
                && !("/" + key).Contains("//", StringComparison.Ordinal)
                && key[^1] != '/' && glob[^1] != '/')
            .Sample((glob, key) => SourcePattern.Parse(glob, Date).IsMatch(key) == Matches(glob, key));

    [Fact]
    public void Any_text_is_either_a_pattern_or_a_request_error() =>
        Gen.String[Gen.Char["ab*?[]{},!^-/\\date:yM\0ü_."], 0, 20].Sample(text =>
        {
            try
            {
                _ = SourcePattern.Parse(text, Date).IsMatch("a/b.csv");
            }
            catch (BatchFunctionsException exception)
            {
                Assert.Equal(ErrorKind.Request, exception.Kind);
            }
        });

    [Fact]
    public void A_long_hostile_glob_is_matched_at_once()
    {
        var pattern = SourcePattern.Parse(string.Concat(Enumerable.Repeat("*a", 60)) + "b", Date);
        Assert.False(pattern.IsMatch(new string('a', 1000)));
    }

    private static bool Matches(ReadOnlySpan<char> glob, ReadOnlySpan<char> key)
    {
        if (glob.IsEmpty)
            return key.IsEmpty;
        return glob[0] switch
        {
            '*' => Matches(glob[1..], key) || (!key.IsEmpty && key[0] != '/' && Matches(glob, key[1..])),
            '?' => !key.IsEmpty && key[0] != '/' && Matches(glob[1..], key[1..]),
            var literal => !key.IsEmpty && key[0] == literal && Matches(glob[1..], key[1..]),
        };
    }
}
