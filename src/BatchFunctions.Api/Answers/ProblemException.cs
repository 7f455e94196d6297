namespace BatchFunctions.Api.Answers;

/// <summary>Ends the work on a request with a problem.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    public Problem Problem { get; } = problem;
}
