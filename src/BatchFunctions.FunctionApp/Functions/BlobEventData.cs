using System.Text.Json;

namespace BatchFunctions.FunctionApp.Functions;

/// <summary>What a storage event says of its blob, as far as it is needed.</summary>
/// <param name="Url">The blob's address.</param>
internal sealed record BlobEventData(string Url)
{
    /// <summary>Reads the data of an event; null where it names no blob.</summary>
    public static BlobEventData? Read(BinaryData? data)
    {
        try
        {
            return data?.ToObjectFromJson<BlobEventData>(JsonSerializerOptions.Web) is { Url.Length: > 0 } blob ? blob : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
