using System.Text.Json;
using BatchFunctions.Pipelines;
using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Tests.Pipelines.Reference;

/// <summary>
/// Holds <c>docs/pipeline.schema.json</c> and <c>docs/pipeline.md</c> to what the loader reads. With BATCHFN_WRITE_DOCS=1 in the environment the
/// two files are written anew.
/// </summary>
public sealed class PipelineDocsTests
{
    private static readonly string Docs = Path.Combine(Root(), "docs");

    [Fact]
    public void The_schema_is_what_the_loaders_keys_give()
    {
        string path = Path.Combine(Docs, "pipeline.schema.json");
        string expected = new SchemaWriter(new KeyDocs()).Write();
        if (IsWriting)
            File.WriteAllText(path, expected);

        Assert.True(File.ReadAllText(path) == expected, "docs/pipeline.schema.json is not what the definition types say. Run this test with BATCHFN_WRITE_DOCS=1 and look at the difference.");
    }

    [Fact]
    public void The_reference_is_what_the_loaders_keys_give()
    {
        string path = Path.Combine(Docs, "pipeline.md");
        string expected = new ReferenceWriter(new KeyDocs()).Write(), text = File.ReadAllText(path);
        int start = text.IndexOf(ReferenceWriter.Start, StringComparison.Ordinal);
        Assert.True(start > 0, "docs/pipeline.md has lost the line from which its tables are written.");
        if (IsWriting)
            File.WriteAllText(path, text = text[..start] + expected);

        Assert.True(text[start..] == expected, "docs/pipeline.md is not what the definition types say. Run this test with BATCHFN_WRITE_DOCS=1 and look at the difference.");
    }

    [Fact]
    public void The_schema_and_the_loader_know_the_same_keys()
    {
        using JsonDocument schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Docs, "pipeline.schema.json")));
        string[] paths = [.. PathsIn(schema.RootElement, "")];

        Assert.All(paths, path => Assert.DoesNotContain("is no key", Problems(path), StringComparison.Ordinal));
        Assert.Equal(PipelineKeys.All().Select(k => k.Path).Order(StringComparer.Ordinal), paths.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_example_in_the_reference_loads()
    {
        string text = File.ReadAllText(Path.Combine(Docs, "pipeline.md"));
        string[] examples = [.. text.Split("```yaml\n").Skip(1).Select(e => e.Split("```")[0])];

        Assert.NotEmpty(examples);
        Assert.All(examples, e => PipelineLoader.Read(e, "docs/pipeline.md", name => name == "ALERT_WEBHOOK" ? "https://hooks.example.org/x" : null));
    }

    [Fact]
    public void Every_optional_value_has_its_default_in_words()
    {
        var docs = new KeyDocs();

        Assert.All(
            PipelineKeys.All().Where(k => !k.Key.Required && k.Key.Kind is not (KeyKind.Object or KeyKind.Map)),
            k => Assert.False(string.IsNullOrEmpty(docs.Of(k.Key).Default), $"{k.Path} says nothing of its default."));
    }

    private static bool IsWriting => Environment.GetEnvironmentVariable("BATCHFN_WRITE_DOCS") == "1";

    private static IEnumerable<string> PathsIn(JsonElement schema, string path)
    {
        if (schema.TryGetProperty("properties", out JsonElement properties))
            foreach (JsonProperty property in properties.EnumerateObject())
            {
                string at = PipelineKeys.Join(path, property.Name);
                yield return at;
                foreach (string deeper in PathsIn(property.Value, at))
                    yield return deeper;
            }

        if (schema.TryGetProperty("items", out JsonElement items) && items.TryGetProperty("properties", out _))
            foreach (string deeper in PathsIn(items, $"{path}[]"))
                yield return deeper;
        if (schema.TryGetProperty("additionalProperties", out JsonElement values) && values.ValueKind == JsonValueKind.Object)
            foreach (string deeper in PathsIn(values, $"{path}.*"))
                yield return deeper;
    }

    // A file with that key and no value: whatever else is wrong with it, the key is known or it is not.
    private static string Problems(string path)
    {
        string[] names = path.Split('.');
        string text = string.Concat(names.Select((name, depth) =>
            $"{new string(' ', depth * 4)}{(depth > 0 && names[depth - 1].EndsWith("[]", StringComparison.Ordinal) ? "- " : "")}\"{name.Replace("[]", "", StringComparison.Ordinal)}\":\n"));
        return Assert.Throws<BatchFunctionsException>(() => PipelineLoader.Read(text, "p.yaml", _ => null)).Message;
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "BatchFunctions.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests run outside of the repository.");
    }
}
