using System.Text.Json.Nodes;

namespace BatchFunctions.Infra.Tests;

public sealed class RoleTests(BicepFixture bicep)
{
    // As https://learn.microsoft.com/azure/role-based-access-control/built-in-roles lists them.
    private static readonly Dictionary<string, string> BuiltIn = new()
    {
        ["AcrPull"] = "7f951dda-4ed3-4680-a7ca-43fe172d538d",
        ["AcrPush"] = "8311e382-0749-4cb8-b61a-304f252e45ec",
        ["Contributor"] = "b24988ac-6180-42a0-ab88-20f7382dd24c",
        ["EventGrid Data Sender"] = "d5a91429-5739-47e2-a06b-3470a27159e7",
        ["Key Vault Secrets Officer"] = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
        ["Key Vault Secrets User"] = "4633458b-17de-408a-b874-0445c86b69e6",
        ["Monitoring Metrics Publisher"] = "3913510d-42f4-4e42-8a64-420c390055eb",
        ["Owner"] = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
        ["Storage Account Contributor"] = "17d1049b-9a84-46fb-8f53-869881c3d3ab",
        ["Storage Blob Data Contributor"] = "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        ["Storage Blob Data Owner"] = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
        ["Storage Blob Data Reader"] = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
        ["Storage Queue Data Contributor"] = "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
        ["Storage Queue Data Message Sender"] = "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a",
        ["Storage Table Data Contributor"] = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    };

    private static readonly Dictionary<string, string> Names = JsonNode.Parse(InfraFiles.Read("roles.json"))!.AsObject()
        .ToDictionary(role => (string)role.Value!["id"]!, role => (string)role.Value!["name"]!);

    public static TheoryData<Variant> Variants => Variant.All;

    [Fact]
    public void Each_role_is_the_one_that_Azure_has_under_its_name()
    {
        Assert.All(Names, role => Assert.Equal(BuiltIn[role.Value], role.Key));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Each_role_that_is_given_stands_in_the_table_of_the_documentation(Variant variant)
    {
        var table = Table().ToHashSet();

        Assert.All((await bicep.SnapshotAsync(variant)).Roles, role => Assert.Contains((role.Who, Names[role.RoleId], role.Where), table));
    }

    [Fact]
    public async Task Each_role_of_the_table_is_given_by_some_variant()
    {
        var given = new HashSet<(string, string, string)>();
        foreach (var variant in new[] { Variant.Flex, Variant.Container, Variant.Private, Variant.PrivateContainer })
            given.UnionWith((await bicep.SnapshotAsync(variant)).Roles.Select(role => (role.Who, Names[role.RoleId], role.Where)));

        Assert.All(Table(), role => Assert.Contains(role, given));
    }

    [Fact]
    public async Task No_program_may_write_pipelines_models_or_what_arrives()
    {
        foreach (var variant in new[] { Variant.Private, Variant.PrivateContainer })
        {
            var roles = (await bicep.SnapshotAsync(variant)).Roles.Where(role => role.Who != "you" && role.Where.StartsWith("data account", StringComparison.Ordinal)).ToArray();

            Assert.All(
                roles.Where(role => role.Where is "data account" or "data account, `pipelines`" or "data account, `models`" or "data account, `arrivals`"),
                role => Assert.Equal("Storage Blob Data Reader", Names[role.RoleId]));
            Assert.DoesNotContain(roles, role => role.Where == "data account");
        }
    }

    private static IEnumerable<(string Who, string Role, string Where)> Table() =>
        from row in MarkdownTable.Below(InfraFiles.Read("README.md"), "## Roles")
        from place in row[2].Split("; ")
        select (row[0], row[1], place);
}
