namespace BatchFunctions.Infra.Tests;

public sealed class BicepFileTests(BicepFixture bicep)
{
    public static TheoryData<string> Files => [.. InfraFiles.EndingIn(".bicep"), .. InfraFiles.EndingIn(".bicepparam")];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_compiles_against_the_types_of_its_resources_without_a_word(string file)
    {
        var compilation = await bicep.CompileAsync(file);

        Assert.Empty(compilation.Diagnostics);
        Assert.NotEmpty(compilation.Template);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_is_formatted_as_the_compiler_formats(string file)
    {
        Assert.Equal(await bicep.FormatAsync(file), InfraFiles.Read(file));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Nothing_that_the_compiler_says_is_suppressed(string file)
    {
        var text = InfraFiles.Read(file);

        Assert.DoesNotContain("#disable", text, StringComparison.Ordinal);
        Assert.DoesNotContain("any(", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_found()
    {
        const string Account = "resource a 'Microsoft.Storage/storageAccounts@2024-01-01' = { name: 'abc', location: 'global', sku: { name: 'Standard_LRS' }";

        var found = await bicep.CompileTextsAsync(
        [
            "param p string",
            Account.Replace("2024-01-01", "1999-01-01", StringComparison.Ordinal) + ", kind: 'StorageV2' }",
            Account + " }",
            Account + ", kind: 'StorageV2', properties: { allowSharedKey: false } }",
            Account + ", kind: 'StorageV2' }",
        ]);

        Assert.Equal(
            ["no-unused-params", "BCP081", "BCP035", "BCP037", ""],
            found.Select(compilation => string.Join(", ", compilation.Diagnostics.Select(diagnostic => diagnostic.Split(':')[0]))));
    }
}
