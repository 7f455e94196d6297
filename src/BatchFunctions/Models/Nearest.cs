namespace BatchFunctions.Models;

/// <summary>Finds what somebody may have meant.</summary>
internal static class Nearest
{
    /// <summary>The candidate with the fewest edits from <paramref name="name"/>, or null where none is near.</summary>
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        (string? Candidate, int Edits) best = (null, 1 + Math.Max(1, name.Length / 3));
        foreach (string candidate in candidates)
        {
            int edits = Edits(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (edits < best.Edits)
                best = (candidate, edits);
        }

        return best.Candidate;
    }

    // Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals", 1966.
    private static int Edits(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }
}
