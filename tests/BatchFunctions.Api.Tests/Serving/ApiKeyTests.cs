using BatchFunctions.Api.Serving;
using BatchFunctions.TestSupport;

namespace BatchFunctions.Api.Tests.Serving;

public sealed class ApiKeyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_key_is_made_once_for_its_user_alone()
    {
        var data = _folder.Combine("data");

        var key = ApiKey.FindOrMake(data);

        Assert.True(key.Length >= 40);
        Assert.Equal(key, ApiKey.FindOrMake(data));
        Assert.Equal(key, ApiKey.Find(data));
        Assert.Equal([ApiKey.PathIn(data)], Directory.GetFiles(data));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ApiKey.PathIn(data)));
        Assert.NotEqual(key, ApiKey.FindOrMake(_folder.Combine("other")));
    }

    [Fact]
    public void Where_no_server_ever_was_there_is_no_key() => Assert.Null(ApiKey.Find(_folder.Combine("none")));

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("0123456789 123456789")]
    [InlineData("0123456789é123456789")]
    public void A_file_that_holds_no_key_is_refused_and_not_shown(string content)
    {
        File.WriteAllText(ApiKey.PathIn(_folder.Path), content);

        var refusal = Assert.Throws<BatchFunctionsException>(() => ApiKey.FindOrMake(_folder.Path));

        Assert.Contains(ApiKey.PathIn(_folder.Path), refusal.Message, StringComparison.Ordinal);
        if (content.Length > 0)
            Assert.DoesNotContain(content, refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
