using BatchFunctions.Verification;

namespace BatchFunctions.Cli.Output;

/// <summary>What a verification came to, as a script reads it.</summary>
/// <param name="JobId">The job's id.</param>
/// <param name="RunFolder">The address of the run folder.</param>
/// <param name="Verified">Whether nothing was found wrong.</param>
/// <param name="Complete">Whether nothing was left out but what a smaller sample leaves out.</param>
/// <param name="Checks">What was asked, in order.</param>
internal sealed record VerificationView(string JobId, string RunFolder, bool Verified, bool Complete, IReadOnlyList<VerificationCheck> Checks)
{
    public static VerificationView Of(VerificationReport report) =>
        new(report.JobId, report.RunFolder, report.IsVerified, report.IsComplete, report.Checks);
}
