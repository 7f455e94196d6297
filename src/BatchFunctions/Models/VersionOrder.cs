using System.Globalization;

namespace BatchFunctions.Models;

/// <summary>
/// Orders versions as people do: number by number where both have one (1.9 before 1.10), and a pre-release before what it leads to (2.0-rc1
/// before 2.0).
/// </summary>
internal sealed class VersionOrder : IComparer<string>
{
    public static VersionOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        string[] a = (x ?? "").Split('-', 2), b = (y ?? "").Split('-', 2);
        int core = CompareParts(a[0], b[0]);
        if (core != 0)
            return core;
        if (a.Length != b.Length)
            return b.Length - a.Length;
        int rest = a.Length == 2 ? CompareParts(a[1], b[1]) : 0;
        return rest != 0 ? rest : string.CompareOrdinal(x, y);
    }

    private static int CompareParts(string x, string y)
    {
        string[] a = x.Split('.', '+', '_'), b = y.Split('.', '+', '_');
        for (int i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            int order = long.TryParse(a[i], NumberStyles.None, CultureInfo.InvariantCulture, out long left) && long.TryParse(b[i], NumberStyles.None, CultureInfo.InvariantCulture, out long right)
                ? left.CompareTo(right)
                : string.CompareOrdinal(a[i], b[i]);
            if (order != 0)
                return order;
        }

        return a.Length - b.Length;
    }
}
