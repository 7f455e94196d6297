namespace BatchFunctions.Api;

/// <summary>What works in a host and what does not, for its health: parts of the host report, the API shows.</summary>
public sealed class HostCondition
{
    private readonly Lock _lock = new();
    private readonly SortedSet<string> _troubles = new(StringComparer.Ordinal);

    /// <summary>The parts that do not work now, in order of their names.</summary>
    public IReadOnlyList<string> Troubles
    {
        get
        {
            lock (_lock)
                return [.. _troubles];
        }
    }

    /// <summary>Says whether a part works.</summary>
    /// <param name="part">Its name: <c>schedules</c>, <c>arrivals</c>.</param>
    /// <param name="isWell">Whether its last try went well.</param>
    /// <returns>Whether that is news.</returns>
    public bool Report(string part, bool isWell)
    {
        ArgumentException.ThrowIfNullOrEmpty(part);
        lock (_lock)
            return isWell ? _troubles.Remove(part) : _troubles.Add(part);
    }
}
