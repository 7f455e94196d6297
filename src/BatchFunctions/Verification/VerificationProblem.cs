namespace BatchFunctions.Verification;

/// <summary>Something that is not what the job's metadata claims.</summary>
/// <param name="File">The address of the file at fault.</param>
/// <param name="Message">What is wrong with it, for people.</param>
public sealed record VerificationProblem(string File, string Message);
