namespace BatchFunctions.Verification;

/// <summary>One of the questions that a verification asks of a job's output.</summary>
/// <param name="Name">
/// The question: <c>documents</c>, <c>parts</c>, <c>commits</c>, <c>snapshot</c>, <c>model</c>, <c>records</c>, <c>scores</c>.
/// </param>
/// <param name="Checked">How many things were looked at: files, shards, records.</param>
/// <param name="What">What these are and what was compared, for people.</param>
/// <param name="Problems">What was found, the first hundred; none where all is right.</param>
/// <param name="NotChecked">What could not be looked at and why, for people; none where all was.</param>
public sealed record VerificationCheck(
    string Name,
    long Checked,
    string What,
    IReadOnlyList<VerificationProblem> Problems,
    IReadOnlyList<string> NotChecked);
