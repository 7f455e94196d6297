using CsCheck;

namespace BatchFunctions.Tests.Metrics.Evaluations;

/// <summary>Cuts lists into parts and brings the parts together in any order and grouping.</summary>
internal static class Partitions
{
    /// <summary>Lists with a way to cut them: the part that each item goes to, and a seed for the order of merging.</summary>
    public static Gen<(T[] Items, int[] Part, int Seed)> Of<T>(Gen<T> item, int most, int parts) =>
        from items in item.Array[0, most]
        from part in Gen.Int[0, parts - 1].Array[items.Length]
        from seed in Gen.Int[0, 1 << 20]
        select (items, part, seed);

    /// <summary>Makes each part, and merges two at a time, whichever the seed says, until one is left.</summary>
    public static TWhole Merge<T, TWhole>((T[] Items, int[] Part, int Seed) cut, Func<T[], TWhole> make, Action<TWhole, TWhole> merge)
    {
        List<TWhole> rest = [.. cut.Items.Zip(cut.Part).GroupBy(i => i.Second, i => i.First).Select(g => make([.. g])).DefaultIfEmpty(make([]))];
        var random = new Random(cut.Seed);
        while (rest.Count > 1)
        {
            int i = random.Next(rest.Count);
            TWhole one = rest[i];
            rest.RemoveAt(i);
            merge(rest[random.Next(rest.Count)], one);
        }

        return rest[0];
    }
}
