using System.Security.Cryptography;
using System.Text;
using BatchFunctions.Planning;

namespace BatchFunctions.Triggers;

/// <summary>A short word that tells one version of one file from all others, whichever folder its key starts from.</summary>
internal static class VersionId
{
    private const int Bytes = 16;

    /// <summary>The word for a version of a file in the store of an address.</summary>
    public static string Of(string store, ArrivedFile file) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{store.TrimEnd('/')}/{file.Key}\0{file.ETag}")).AsSpan(0, Bytes));
}
