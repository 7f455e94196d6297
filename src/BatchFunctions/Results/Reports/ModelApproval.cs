namespace BatchFunctions.Results.Reports;

/// <summary>Who approved a job's model.</summary>
/// <param name="By">Who.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why; null where nothing was said.</param>
public sealed record ModelApproval(string By, DateTimeOffset At, string? Reason);
