using System.Security.Cryptography;
using System.Text;
using BatchFunctions.Models;
using BatchFunctions.Storage;

namespace BatchFunctions.Monitoring;

/// <summary>A baseline in a file of its own.</summary>
/// <param name="Baseline">What it says.</param>
/// <param name="Sha256">The SHA-256 of its bytes, in lower-case hex.</param>
internal sealed record BaselineFile(ModelBaseline Baseline, string Sha256)
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Reads the file at <paramref name="location"/>.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: there is none, or it is no baseline.</exception>
    public static async Task<BaselineFile> ReadAsync(StoreLocation location, CancellationToken cancellationToken)
    {
        ObjectProperties found = await location.Store.FindAsync(location.Path, cancellationToken)
            ?? throw new BatchFunctionsException(ErrorKind.Request, $"There is no baseline {location}, which monitoring.baseline names. Correct the path; docs/monitoring.md shows what a baseline looks like.");
        if (found.Length > MaxBytes)
            throw new BatchFunctionsException(ErrorKind.Request, $"{location} has {found.Length} bytes and is no baseline; those have {MaxBytes} at most.");
        byte[] bytes = new byte[found.Length];
        await location.Store.ReadAsync(location.Path, 0, bytes, found.ETag, cancellationToken);
        return new BaselineFile(BaselineReader.ReadFile(Encoding.UTF8.GetString(bytes), location.ToString()), Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }
}
