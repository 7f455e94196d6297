using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BatchFunctions.Notifications;

/// <summary>
/// Signs webhooks as Standard Webhooks 1.0 says (www.standardwebhooks.com), for which there are libraries in many languages: HMAC-SHA256 over the id, the
/// time in seconds and the body, with points between, as <c>v1,</c> and base64.
/// </summary>
public static class WebhookSignature
{
    /// <summary>The header of the event's id.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>The header of the time of sending: seconds since 1970.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>The header of the signatures, one for each secret, with spaces between.</summary>
    public const string SignatureHeader = "webhook-signature";

    /// <summary>The shortest key that is taken: 16 bytes.</summary>
    public const int ShortestKey = 16;

    private const string Base64Prefix = "whsec_";

    /// <summary>The signature of a body.</summary>
    /// <param name="secret">The secret: text, or <c>whsec_</c> and the bytes in base64.</param>
    /// <param name="id">The event's id.</param>
    /// <param name="sent">When it is sent.</param>
    /// <param name="body">The body's bytes.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the secret is no base64 though it says so.</exception>
    public static string Of(string secret, string id, DateTimeOffset sent, ReadOnlySpan<byte> body)
    {
        byte[] key = KeyOf(secret) ?? throw new BatchFunctionsException(ErrorKind.Request, $"{NotificationOptions.WebhookSecretVariable} begins with {Base64Prefix} and goes on with something that is no base64.");
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{sent.ToUnixTimeSeconds()}.")));
        hash.AppendData(body);
        return $"v1,{Convert.ToBase64String(hash.GetHashAndReset())}";
    }

    /// <summary>The key that a secret stands for; null where it is none.</summary>
    internal static byte[]? KeyOf(string secret)
    {
        if (!secret.StartsWith(Base64Prefix, StringComparison.Ordinal))
            return Encoding.UTF8.GetBytes(secret);
        byte[] bytes = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Base64Prefix.Length..], bytes, out int length) ? bytes[..length] : null;
    }
}
