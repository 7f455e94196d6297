namespace BatchFunctions.Expressions;

/// <summary>Something wrong with an expression, and where.</summary>
/// <param name="At">The character of the expression's text at which it stands, from 0.</param>
/// <param name="Message">What is wrong and what to write instead, as a whole sentence.</param>
internal readonly record struct ExpressionProblem(int At, string Message);
