namespace BatchFunctions;

/// <summary>Finds what a mistyped word was meant to be.</summary>
internal static class NearestWord
{
    /// <summary>The candidate nearest to <paramref name="word"/>, or null where none is near; case, '-' and '_' do not count.</summary>
    public static string? Find(string word, IEnumerable<string> candidates)
    {
        string bare = Bare(word);
        if (bare.Length > 64)
            return null;
        string? best = null;
        int bestDistance = int.MaxValue;
        foreach (string candidate in candidates)
        {
            string other = Bare(candidate);
            int distance = Distance(bare, other);
            if (distance < bestDistance && distance <= Math.Max(1, Math.Max(bare.Length, other.Length) / 3))
                (best, bestDistance) = (candidate, distance);
        }

        return best;
    }

    /// <summary>
    /// The optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours (Damerau 1964,
    /// "A technique for computer detection and correction of spelling errors").
    /// </summary>
    public static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            rows[i, 0] = i;
        for (int j = 0; j <= b.Length; j++)
            rows[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                int distance = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    distance = Math.Min(distance, rows[i - 2, j - 2] + 1);
                rows[i, j] = distance;
            }

        return rows[a.Length, b.Length];
    }

    private static string Bare(string word) => string.Concat(word.Where(c => c is not ('_' or '-' or ' '))).ToLowerInvariant();
}
