namespace BatchFunctions.Notifications;

/// <summary>Which addresses webhooks may go to.</summary>
internal static class WebhookAddress
{
    /// <summary>Whether what is sent there cannot be read on the way: https, or this machine.</summary>
    public static bool IsSafe(Uri address) => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    /// <summary>Whether an entry of the list of hosts is one.</summary>
    public static bool IsHost(string entry)
    {
        string host = entry.StartsWith("*.", StringComparison.Ordinal) ? entry[2..] : entry;
        return Uri.TryCreate($"https://{host}", UriKind.Absolute, out Uri? uri)
            && uri is { PathAndQuery: "/", UserInfo: "", Fragment: "" } && !host.EndsWith('/') && !host.Contains('*', StringComparison.Ordinal);
    }

    /// <summary>Whether a list of hosts has the one that an address leads to.</summary>
    public static bool IsAllowed(Uri address, IReadOnlyList<string> hosts) => hosts.Any(entry => IsMatch(address, entry));

    private static bool IsMatch(Uri address, string entry)
    {
        bool below = entry.StartsWith("*.", StringComparison.Ordinal);
        if (!Uri.TryCreate($"{address.Scheme}://{(below ? entry[2..] : entry)}", UriKind.Absolute, out Uri? allowed) || address.Port != allowed.Port)
            return false;
        return below
            ? address.IdnHost.EndsWith($".{allowed.IdnHost}", StringComparison.OrdinalIgnoreCase)
            : address.IdnHost.Equals(allowed.IdnHost, StringComparison.OrdinalIgnoreCase);
    }
}
