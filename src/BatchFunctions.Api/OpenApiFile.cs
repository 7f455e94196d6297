namespace BatchFunctions.Api;

/// <summary>The description of the API, <c>docs/openapi.json</c>, as it is part of this assembly.</summary>
internal static class OpenApiFile
{
    private static readonly Lazy<byte[]> Content = new(Read);

    public static byte[] Bytes => Content.Value;

    private static byte[] Read()
    {
        using var stream = typeof(OpenApiFile).Assembly.GetManifestResourceStream("openapi.json")
            ?? throw new InvalidOperationException("The assembly was built without openapi.json.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
