namespace BatchFunctions.Models;
internal static class ManifestReader { public static ModelManifest Read(string yaml, string file) => throw new NotSupportedException(yaml + file); }
