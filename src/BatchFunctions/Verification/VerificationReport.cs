namespace BatchFunctions.Verification;

/// <summary>Whether a job's output is what its metadata claims.</summary>
/// <param name="JobId">The job's id.</param>
/// <param name="RunFolder">The address of the run folder.</param>
/// <param name="Checks">What was asked, in order.</param>
public sealed record VerificationReport(string JobId, string RunFolder, IReadOnlyList<VerificationCheck> Checks)
{
    /// <summary>Whether nothing was found wrong.</summary>
    public bool IsVerified => Checks.All(c => c.Problems.Count == 0);

    /// <summary>Whether nothing was left out but what a smaller sample leaves out.</summary>
    public bool IsComplete => Checks.All(c => c.NotChecked.Count == 0);
}
