namespace BatchFunctions.Api.Requests;

/// <summary>What a report is given as.</summary>
internal enum ReportFormat
{
    Html,
    Text,
}
