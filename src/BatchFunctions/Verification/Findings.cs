namespace BatchFunctions.Verification;

/// <summary>What one check has come to so far. For use by several at once.</summary>
/// <param name="name">The check's name.</param>
internal sealed class Findings(string name)
{
    private const int MaxProblems = 100;
    private const int MaxNotes = 20;

    private readonly Lock _lock = new();
    private readonly List<VerificationProblem> _problems = [];
    private readonly List<string> _notChecked = [];
    private long _checked;

    /// <summary>Whether nothing was found wrong so far.</summary>
    public bool IsRight
    {
        get
        {
            lock (_lock)
                return _problems.Count == 0;
        }
    }

    /// <summary>Counts what was looked at.</summary>
    public void Count(long things = 1) => Interlocked.Add(ref _checked, things);

    /// <summary>Notes what is wrong.</summary>
    /// <param name="file">The address of the file at fault.</param>
    /// <param name="message">What is wrong with it.</param>
    public void Fault(string file, string message)
    {
        lock (_lock)
            _problems.Add(new VerificationProblem(file, message));
    }

    /// <summary>Notes what could not be looked at, and why.</summary>
    public void Skip(string why)
    {
        lock (_lock)
            _notChecked.Add(why);
    }

    /// <summary>The check's result.</summary>
    /// <param name="what">What was looked at, for people.</param>
    public VerificationCheck ToCheck(string what)
    {
        lock (_lock)
            return new VerificationCheck(
                name,
                _checked,
                what,
                [.. _problems.OrderBy(p => p.File, StringComparer.Ordinal).Take(MaxProblems)],
                [.. _notChecked.Distinct(StringComparer.Ordinal).Take(MaxNotes)]);
    }
}
