namespace BatchFunctions.Api.Documents;

/// <summary>What is wrong with a property of a body, a query parameter or a header.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Message">What is wrong, and what to write instead.</param>
public sealed record ApiPropertyProblem(string Name, string Message);
