using System.Net;
using BatchFunctions.Api.Answers;
using Microsoft.AspNetCore.Http;

namespace BatchFunctions.Local.Serving;

/// <summary>
/// Lets requests pass that name this machine as one does from here: a page in a browser whose own name was made to lead to 127.0.0.1
/// does not. A server that listens for others is asked for by names that it cannot know, and passes all.
/// </summary>
internal sealed class HostNameCheck(IPAddress listen)
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];

    public Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var host = context.Request.Host.Host;
        return !IPAddress.IsLoopback(listen) || Loopback.Contains(host, StringComparer.OrdinalIgnoreCase) || host == listen.ToString()
            ? next(context)
            : Problems.WrongHost(host).ExecuteAsync(context);
    }
}
