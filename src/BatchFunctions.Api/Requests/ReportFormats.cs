using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace BatchFunctions.Api.Requests;

/// <summary>Which format a caller would like best.</summary>
internal static class ReportFormats
{
    /// <summary>By the <c>Accept</c> header; the page where it does not prefer text.</summary>
    public static ReportFormat Preferred(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
            return ReportFormat.Html;
        return QualityOf("text/plain") > QualityOf("text/html") ? ReportFormat.Text : ReportFormat.Html;

        // The most specific range that takes the type decides.
        double QualityOf(string type)
        {
            var media = new MediaTypeHeaderValue(type);
            var range = accepted.Where(media.IsSubsetOf).OrderBy(a => a.MatchesAllTypes ? 2 : a.MatchesAllSubTypes ? 1 : 0).FirstOrDefault();
            return range is null ? 0 : range.Quality ?? 1;
        }
    }
}
