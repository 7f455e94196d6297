using System.Globalization;
using System.Security.Cryptography;
using BatchFunctions.Results;
using BatchFunctions.Storage;

namespace BatchFunctions.Verification;

/// <summary>Goes back from the manifest that counts to the job's first: each names the one before it by its SHA-256.</summary>
internal static class ManifestChain
{
    /// <summary>Compares each manifest with the one before.</summary>
    /// <returns>The first one, or the earliest that can be read.</returns>
    public static async Task<Manifest> ReadFirstAsync(RunFolder run, Manifest manifest, Findings findings, CancellationToken cancellationToken)
    {
        while (manifest.Previous is { } previous)
        {
            string address = run.Location.Below(previous.File).ToString();
            findings.Count();
            if (await run.Location.Store.FindBytesAsync(run.Location.Key(previous.File), cancellationToken) is not { } bytes)
            {
                findings.Fault(address, "It is gone.");
                return manifest;
            }

            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != previous.Sha256)
            {
                findings.Fault(address, "It is not the manifest that the one after it was made from: its SHA-256 is another.");
                return manifest;
            }

            Manifest before = RunFolder.ReadManifest(bytes, run.Location);
            if (Reason(before, manifest) is { } wrong)
                findings.Fault(address, wrong);
            manifest = before;
        }

        return manifest;
    }

    private static string? Reason(Manifest before, Manifest after)
    {
        if (before.RecordsScored + before.RecordsFailed != after.RecordsScored + after.RecordsFailed)
            return string.Create(CultureInfo.InvariantCulture, $"It has {before.RecordsScored + before.RecordsFailed} records, but the one after it has {after.RecordsScored + after.RecordsFailed}.");
        return before.Predictions.SequenceEqual(after.Predictions.Take(before.Predictions.Count)) ? null : "The one after it does not begin with the same parts.";
    }
}
