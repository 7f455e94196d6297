using Microsoft.AspNetCore.Http;

namespace BatchFunctions.ScoringService;

/// <summary>
/// Asks the replica on this machine whether it takes shards: what a container's health check runs, since the container has nothing else that speaks HTTP.
/// </summary>
internal static class ReadinessProbe
{
    /// <summary>The argument that asks for it.</summary>
    public const string Argument = "probe";

    // What Kestrel listens on where nobody says.
    private const int DefaultPort = 5000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    /// <summary>Asks, and says on <paramref name="errors"/> why not.</summary>
    /// <param name="variable">Gives a variable of the environment that the replica was started in, or null where it is not set.</param>
    /// <param name="errors">Where the reason goes.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    /// <returns>The exit code: 0 where it does, 1 where not.</returns>
    public static async Task<int> RunAsync(Func<string, string?> variable, TextWriter errors, CancellationToken cancellationToken)
    {
        var address = new Uri(AddressOf(variable), "ready");
        try
        {
            using var http = new HttpClient { Timeout = Limit };
            using var answer = await http.GetAsync(address, cancellationToken);
            if (answer.IsSuccessStatusCode)
                return 0;
            await errors.WriteLineAsync($"{address} answers {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            await errors.WriteLineAsync($"{address} does not answer: {failure.Message}");
        }

        return 1;
    }

    /// <summary>The address by which a program on this machine reaches what the variables have the web server listen on.</summary>
    internal static Uri AddressOf(Func<string, string?> variable)
    {
        if (First("ASPNETCORE_URLS") is { } url)
        {
            var binding = BindingAddress.Parse(url);
            return Local(binding.Scheme, System.Net.IPAddress.TryParse(binding.Host.Trim('[', ']'), out var address) && !IsAny(address) ? binding.Host : "127.0.0.1", binding.Port);
        }

        return Local("http", "127.0.0.1", int.TryParse(First("ASPNETCORE_HTTP_PORTS"), out var port) ? port : DefaultPort);

        string? First(string name) => variable(name)?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault();
    }

    private static bool IsAny(System.Net.IPAddress address) => address.Equals(System.Net.IPAddress.Any) || address.Equals(System.Net.IPAddress.IPv6Any);

    private static Uri Local(string scheme, string host, int port) => new UriBuilder(scheme, host, port).Uri;
}
