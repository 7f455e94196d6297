using System.Text;
using BatchFunctions.Models;
using CsCheck;

namespace BatchFunctions.Tests.Models;

public sealed class Utf8LookupTests
{
    // Few letters and all lengths around those of machine words, so that texts differ in one place, or in length alone.
    private static readonly Gen<string> Text = Gen.OneOf(Gen.Int[0, 5], Gen.Int[6, 20]).SelectMany(length => Gen.OneOf("a", "b", "\0").Array[length]).Select(string.Concat);

    [Fact]
    public void A_text_is_found_where_it_is_and_no_other_is() =>
        Gen.Select(Text.Array[0, 40], Text.Array[0, 40]).Sample(
            (keys, others) =>
            {
                string[] different = [.. keys.Distinct(StringComparer.Ordinal)];
                var lookup = new Utf8Lookup(different);

                Assert.All(different.Concat(others), text => Assert.Equal(Array.IndexOf(different, text), lookup.Find(Encoding.UTF8.GetBytes(text))));
            },
            iter: 500);
}
